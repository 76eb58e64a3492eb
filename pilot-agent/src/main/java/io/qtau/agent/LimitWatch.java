package io.qtau.agent;

import io.qtau.agent.Attempt.Verdict;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends attempts that use more memory than they have said, or write more or have more processes than
 * any may. Of memory it adds up what all their processes hold; where that is too much, it looks
 * again and counts what they share once.
 */
final class LimitWatch {
  private static final long LOOK_MILLIS = 250;

  private final Collection<Attempt> running;
  private final long outputBytes;
  private final ProcessGrowth growth;
  private final long processes;

  private LimitWatch(Collection<Attempt> running, TaskLimits limits) {
    this.running = running;
    outputBytes = limits.outputMb() << 20;
    processes = limits.processes();
    growth = new ProcessGrowth(processes);
  }

  /**
   * Looks after all that runs, from now on.
   *
   * @param running a view of it
   */
  static void start(
      ScheduledExecutorService timer, Collection<Attempt> running, TaskLimits limits) {
    LimitWatch watch = new LimitWatch(running, limits);
    var unused =
        timer.scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    running.forEach(this::lookAtOutput);
    List<Attempt> limited =
        running.stream().filter(attempt -> attempt.grant().needs().memoryMb() > 0).toList();
    long threads = ProcessGrowth.threads();
    if (!limited.isEmpty() || growth.isEnoughToCount(threads)) {
      Map<String, List<Long>> byMark = ProcessTree.byMark();
      limited.forEach(attempt -> lookAtMemory(attempt, byMark));
      running.forEach(attempt -> lookAtProcesses(attempt, byMark));
      growth.counted(threads, byMark.values().stream().mapToLong(List::size).max().orElse(0));
    }
  }

  private void lookAtProcesses(Attempt attempt, Map<String, List<Long>> byMark) {
    TaskExecutor.Running by = attempt.running();
    String mark = by == null ? null : by.mark();
    if (mark != null && byMark.getOrDefault(mark, List.of()).size() > processes) {
      attempt.end(Verdict.TOO_MANY_PROCESSES);
      ProcessTree.killAll(mark);
    }
  }

  private void lookAtOutput(Attempt attempt) {
    TaskExecutor.Running by = attempt.running();
    if (by != null && by.outputBytes() > outputBytes) {
      attempt.end(Verdict.TOO_MUCH_OUTPUT);
    }
  }

  private static void lookAtMemory(Attempt attempt, Map<String, List<Long>> byMark) {
    TaskExecutor.Running by = attempt.running();
    List<Long> processes = by == null ? List.of() : byMark.getOrDefault(by.mark(), List.of());
    long limitKb = attempt.grant().needs().memoryMb() * 1024;
    long usedKb = processes.stream().mapToLong(pid -> read(pid, "status", "VmRSS")).sum();
    if (usedKb > limitKb) {
      usedKb = processes.stream().mapToLong(pid -> read(pid, "smaps_rollup", "Pss")).sum();
    }
    attempt.uses(usedKb / 1024);
    if (usedKb > limitKb) {
      attempt.end(Verdict.OUT_OF_MEMORY);
    }
  }

  /** A figure of a process in KiB; 0 = it is gone. */
  private static long read(long pid, String file, String name) {
    return KernelFile.kib(Path.of("/proc", Long.toString(pid), file), name).orElse(0);
  }
}
