package io.qtau.agent;

import static io.qtau.agent.AgentVariable.number;

import java.time.Duration;
import java.util.Map;

/**
 * When Python workers end although they could go on.
 *
 * @param idle after this long without a task
 * @param idleMb when idle ones hold more than this together, MiB: the longest idle first
 * @param tasks after so many tasks
 * @param growthMb when one has grown by more than this since its first task, MiB
 * @param stuck when all threads of a forked one have waited for locks for so long
 */
record WorkerLimits(Duration idle, long idleMb, long tasks, long growthMb, Duration stuck) {
  static final String STUCK_VARIABLE = "QTAU_PYTHON_STUCK_S";
  private static final String PREFIX = "QTAU_PYTHON_";
  private static final long UNTOLD_MB = 4096;

  /** As the variables of the agent say; the idle may hold a quarter of the memory by default. */
  static WorkerLimits of(Map<String, String> environment) {
    return new WorkerLimits(
        Duration.ofSeconds(number(environment, PREFIX + "IDLE_S", 600)),
        number(environment, PREFIX + "IDLE_MB", KernelFile.memoryMb().orElse(UNTOLD_MB) / 4),
        number(environment, PREFIX + "MAX_TASKS", 100_000),
        number(environment, PREFIX + "MAX_GROWTH_MB", 512),
        Duration.ofSeconds(number(environment, STUCK_VARIABLE, 20)));
  }
}
