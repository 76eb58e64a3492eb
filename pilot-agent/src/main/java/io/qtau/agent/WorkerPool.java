package io.qtau.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Idle Python workers, the longest idle first. Their number is bounded by the slots, since a worker
 * is made only for a task that has its slots and finds none idle; and by {@link WorkerLimits}.
 */
final class WorkerPool implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  /** A worker, and since when it has had no task. */
  private record Idle(PythonWorker worker, long sinceNanos) {}

  private final WorkerLimits limits;
  private final Deque<Idle> idle = new ArrayDeque<>();
  private boolean closed;

  WorkerPool(WorkerLimits limits) {
    this.limits = limits;
  }

  /** The one that was busy last, and is likely to be in the caches; null when none fits. */
  synchronized @Nullable PythonWorker take(WorkerKey key) {
    for (Iterator<Idle> each = idle.descendingIterator(); each.hasNext(); ) {
      PythonWorker worker = each.next().worker();
      if (worker.key().equals(key)) {
        each.remove();
        if (worker.isAlive()) {
          return worker;
        }
        worker.close();
      }
    }
    return null;
  }

  /** Keeps a worker for other tasks, unless it has done enough. */
  synchronized void putBack(PythonWorker worker, long nowNanos) {
    if (closed || isWornOut(worker)) {
      worker.close();
      return;
    }
    idle.addLast(new Idle(worker, nowNanos));
    while (heldMb() > limits.idleMb() && !idle.isEmpty()) {
      end(idle.removeFirst(), "the idle ones hold more than " + limits.idleMb() + " MiB");
    }
  }

  private boolean isWornOut(PythonWorker worker) {
    if (worker.grownMb() > limits.growthMb()) {
      LOG.info(
          "a Python worker ends: it grew by {} MiB in {} tasks",
          Math.round(worker.grownMb()),
          worker.served());
      return true;
    }
    return worker.served() >= limits.tasks();
  }

  /** Ends those that have been idle for too long. */
  synchronized void evict(long nowNanos) {
    while (!idle.isEmpty() && nowNanos - idle.getFirst().sinceNanos() > limits.idle().toNanos()) {
      end(idle.removeFirst(), "it was idle for " + limits.idle().toSeconds() + " s");
    }
  }

  private static void end(Idle one, String why) {
    LOG.debug("a Python worker of {} ends: {}", one.worker().key(), why);
    one.worker().close();
  }

  private double heldMb() {
    return idle.stream().mapToDouble(one -> one.worker().residentMb()).sum();
  }

  /** How many are idle of each key, and what they hold: for people. */
  synchronized String told() {
    Map<WorkerKey, List<PythonWorker>> byKey =
        idle.stream().map(Idle::worker).collect(Collectors.groupingBy(PythonWorker::key));
    return byKey.entrySet().stream()
        .map(each -> each.getKey().told() + ": " + told(each.getValue()))
        .sorted()
        .collect(Collectors.joining("; "));
  }

  private static String told(List<PythonWorker> workers) {
    double mb = workers.stream().mapToDouble(PythonWorker::residentMb).sum();
    return workers.size() + " idle, " + Math.round(mb) + " MiB";
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(one -> one.worker().close());
    idle.clear();
  }
}
