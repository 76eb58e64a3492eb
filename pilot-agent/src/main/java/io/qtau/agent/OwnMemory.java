package io.qtau.agent;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much memory an agent's tasks may use together, in MiB. */
final class OwnMemory {
  /** What Slurm gave, in MiB; 0 there means all. */
  private static final String GIVEN = "SLURM_MEM_PER_NODE";

  private OwnMemory() {}

  /**
   * @param said so much; null = what the allocation has, or else all of the node's
   */
  static long find(@Nullable Long said, Map<String, String> environment) {
    if (said != null) {
      return said;
    }
    String given = environment.getOrDefault(GIVEN, "");
    if (given.matches("[1-9][0-9]{0,11}")) {
      return Long.parseLong(given);
    }
    return KernelFile.memoryMb().orElse(0); // With 0, tasks that ask for memory do not come here.
  }
}
