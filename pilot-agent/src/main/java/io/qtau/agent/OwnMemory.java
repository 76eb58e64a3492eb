package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** How much memory an agent's tasks may use together, in MiB. */
final class OwnMemory {
  private static final Path ALL = Path.of("/proc/meminfo");
  private static final String TOTAL = "MemTotal:";

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
    return given.matches("[1-9][0-9]{0,11}") ? Long.parseLong(given) : total();
  }

  private static long total() {
    try {
      for (String line : Files.readAllLines(ALL)) {
        if (line.startsWith(TOTAL)) {
          return Long.parseLong(line.substring(TOTAL.length()).replace("kB", "").strip()) / 1024;
        }
      }
    } catch (IOException | NumberFormatException e) {
      return 0; // Then tasks that ask for memory do not come here.
    }
    return 0;
  }
}
