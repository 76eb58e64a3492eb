package io.qtau.agent;

import io.qtau.agent.Attempt.Verdict;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.stream.Stream;

/**
 * Ends attempts that use more memory than they have said, or write more or have more processes than
 * any may, and tells who has parts of others' programs when these use too much memory. Of memory it
 * adds up what all their processes hold; where that is too much, it looks again and counts what
 * they share once.
 */
final class LimitWatch {
  private static final long LOOK_MILLIS = 250;

  private final Collection<Attempt> running;
  private final Supplier<List<MemoryBound>> parts;
  private final long outputBytes;
  private final ProcessGrowth growth;
  private final long processes;

  private LimitWatch(
      Collection<Attempt> running, Supplier<List<MemoryBound>> parts, TaskLimits limits) {
    this.running = running;
    this.parts = parts;
    outputBytes = limits.outputMb() << 20;
    processes = limits.processes();
    growth = new ProcessGrowth(processes);
  }

  /**
   * Looks after all that runs, from now on.
   *
   * @param running a view of it
   * @param parts what there is of programs whose heads are elsewhere
   */
  static void start(
      ScheduledExecutorService timer,
      Collection<Attempt> running,
      Supplier<List<MemoryBound>> parts,
      TaskLimits limits) {
    LimitWatch watch = new LimitWatch(running, parts, limits);
    var unused =
        timer.scheduleWithFixedDelay(watch::look, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  private void look() {
    running.forEach(this::lookAtOutput);
    List<MemoryBound> bounds =
        Stream.concat(running.stream().flatMap(LimitWatch::bound), parts.get().stream()).toList();
    long threads = ProcessGrowth.threads();
    if (!bounds.isEmpty() || growth.isEnoughToCount(threads)) {
      Map<String, List<Long>> byMark = ProcessTree.byMark();
      bounds.forEach(bound -> lookAtMemory(bound, byMark.getOrDefault(bound.mark(), List.of())));
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

  private static Stream<MemoryBound> bound(Attempt attempt) {
    long mostMb = attempt.grant().needs().memoryMb();
    TaskExecutor.Running by = attempt.running();
    String mark = by == null ? null : by.mark();
    return mostMb == 0 || mark == null
        ? Stream.empty()
        : Stream.of(new MemoryBound(mark, mostMb, attempt::uses));
  }

  private void lookAtOutput(Attempt attempt) {
    TaskExecutor.Running by = attempt.running();
    if (by != null && by.outputBytes() > outputBytes) {
      attempt.end(Verdict.TOO_MUCH_OUTPUT);
    }
  }

  private static void lookAtMemory(MemoryBound bound, List<Long> processes) {
    long mostKb = bound.mostMb() * 1024;
    long usedKb = processes.stream().mapToLong(pid -> read(pid, "status", "VmRSS")).sum();
    if (usedKb > mostKb) {
      usedKb = processes.stream().mapToLong(pid -> read(pid, "smaps_rollup", "Pss")).sum();
    }
    bound.hears().uses(usedKb / 1024, usedKb > mostKb);
  }

  /** A figure of a process in KiB; 0 = it is gone. */
  private static long read(long pid, String file, String name) {
    return KernelFile.kib(Path.of("/proc", Long.toString(pid), file), name).orElse(0);
  }
}
