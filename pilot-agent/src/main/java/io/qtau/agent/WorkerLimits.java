package io.qtau.agent;

import java.time.Duration;
import java.util.Map;

/**
 * When Python workers end although they could go on.
 *
 * @param idle after this long without a task
 * @param idleMb when idle ones hold more than this together, MiB: the longest idle first
 * @param tasks after so many tasks
 * @param growthMb when one has grown by more than this since its first task, MiB
 */
record WorkerLimits(Duration idle, long idleMb, long tasks, long growthMb) {
  private static final String PREFIX = "QTAU_PYTHON_";
  private static final long UNTOLD_MB = 4096;

  /** As the variables of the agent say; the idle may hold a quarter of the memory by default. */
  static WorkerLimits of(Map<String, String> environment) {
    return new WorkerLimits(
        Duration.ofSeconds(number(environment, "IDLE_S", 600)),
        number(environment, "IDLE_MB", KernelFile.memoryMb().orElse(UNTOLD_MB) / 4),
        number(environment, "MAX_TASKS", 100_000),
        number(environment, "MAX_GROWTH_MB", 512));
  }

  private static long number(Map<String, String> environment, String name, long otherwise) {
    String text = environment.get(PREFIX + name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,12}")) {
      throw new IllegalArgumentException(
          PREFIX + name + " must be a whole number, is '" + text + "'");
    }
    return Long.parseLong(text);
  }
}
