package io.qtau.agent;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Looks after the memory of attempts that have said how much they need, and ends those that use
 * more. It adds up what all their processes have in memory; where that is too much, it looks again
 * and counts what they share once.
 */
final class MemoryWatch {
  private static final long LOOK_MILLIS = 250;

  private final Map<Attempt, TaskExecutor.Running> watched = new ConcurrentHashMap<>();

  MemoryWatch(ScheduledExecutorService timer) {
    var unused =
        timer.scheduleWithFixedDelay(this::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Looks after it until it is over, if it has said how much it needs. */
  void watch(Attempt attempt, TaskExecutor.Running running) {
    if (attempt.grant().needs().memoryMb() > 0) {
      watched.put(attempt, running);
    }
  }

  private void look() {
    watched.keySet().removeIf(Attempt::isOver);
    if (watched.isEmpty()) {
      return;
    }
    Map<String, List<Long>> processes = ProcessTree.byMark();
    watched.forEach(
        (attempt, running) -> look(attempt, processes.getOrDefault(running.mark(), List.of())));
  }

  private static void look(Attempt attempt, List<Long> processes) {
    long limitKb = attempt.grant().needs().memoryMb() * 1024;
    long usedKb = processes.stream().mapToLong(pid -> read(pid, "status", "VmRSS")).sum();
    if (usedKb > limitKb) {
      usedKb = processes.stream().mapToLong(pid -> read(pid, "smaps_rollup", "Pss")).sum();
    }
    attempt.uses(usedKb / 1024);
    if (usedKb > limitKb) {
      attempt.end(Attempt.Verdict.OUT_OF_MEMORY);
    }
  }

  /** A figure of a process in KiB; 0 = it is gone. */
  private static long read(long pid, String file, String name) {
    return KernelFile.kib(Path.of("/proc", Long.toString(pid), file), name).orElse(0);
  }
}
