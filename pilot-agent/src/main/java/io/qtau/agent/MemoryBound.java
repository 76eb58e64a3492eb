package io.qtau.agent;

import io.qtau.protocol.TaskError;
import org.jspecify.annotations.Nullable;

/**
 * Processes that may use so much memory together.
 *
 * @param mark theirs
 * @param mostMb how much, in MiB
 */
record MemoryBound(String mark, long mostMb, Hears hears) {
  /** Hears how much it is whenever somebody has looked. */
  interface Hears {
    void uses(long memoryMb, boolean tooMuch);
  }

  /**
   * Why a task that used more has failed.
   *
   * @param where the node that it was on; null = the one that the result names
   */
  static TaskError exceeded(long usedMb, long mostMb, @Nullable String where) {
    return new TaskError(
        "OutOfMemory",
        "it used %d MiB of memory%s, and resources.memory_mb is %d: it was ended with all its processes"
            .formatted(usedMb, where == null ? "" : " on " + where, mostMb));
  }
}
