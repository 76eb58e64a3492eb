package io.qtau.agent;

import java.util.Map;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** How much memory an agent's tasks may use together, in MiB. */
public final class OwnMemory {
  private static final Logger LOG = LoggerFactory.getLogger(OwnMemory.class);

  /** What Slurm gave of this node, in MiB; 0 there means all. */
  private static final String OF_NODE = "SLURM_MEM_PER_NODE";

  /** What it gave for each processor, where it was asked so; for so many on this node. */
  private static final String OF_PROCESSOR = "SLURM_MEM_PER_CPU";

  private static final String PROCESSORS = "SLURM_CPUS_ON_NODE";

  private OwnMemory() {}

  /** What an agent would have for its own that this process starts with this environment. */
  public static long ofAgents(Map<String, String> environment) {
    return find(null, environment);
  }

  /**
   * @param said so much; null = what the allocation has, or else all of the node's, and never more
   *     than this process may have
   */
  static long find(@Nullable Long said, Map<String, String> environment) {
    return find(said, environment, CgroupMemory.own().limitMb(), KernelFile.memoryMb());
  }

  /**
   * @param limit what the kernel lets this process and its children have; empty = no limit
   * @param all what the node has; empty = not known
   */
  static long find(
      @Nullable Long said, Map<String, String> environment, OptionalLong limit, OptionalLong all) {
    long most = Math.min(limit.orElse(Long.MAX_VALUE), all.orElse(Long.MAX_VALUE));
    if (said != null) {
      if (said > most) {
        LOG.warn("{} MiB of memory are declared, and {} are there for this agent", said, most);
      }
      return said;
    }
    long found = Math.min(most, given(environment));
    return found == Long.MAX_VALUE ? 0 : found; // With 0, tasks that ask for memory do not come.
  }

  /** What the allocation has of this node. */
  private static long given(Map<String, String> environment) {
    long ofNode = number(environment.get(OF_NODE));
    long ofProcessor = number(environment.get(OF_PROCESSOR));
    long processors = number(environment.get(PROCESSORS));
    if (ofNode > 0) {
      return ofNode;
    }
    return ofProcessor > 0 && processors > 0 ? ofProcessor * processors : Long.MAX_VALUE;
  }

  /** 0 = there is none, or it is no number. */
  private static long number(@Nullable String text) {
    return text != null && text.matches("[1-9][0-9]{0,8}") ? Long.parseLong(text) : 0;
  }
}
