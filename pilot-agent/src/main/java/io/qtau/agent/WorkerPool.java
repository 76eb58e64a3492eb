package io.qtau.agent;

import io.qtau.protocol.AgentState;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Python workers: the idle ones, the longest idle first, and who runs a task. Their number is
 * bounded by the slots, since a worker is made only for a task that has its slots and finds none
 * idle; that of the idle ones by {@link WorkerLimits} and {@link IdleMemory}, too.
 */
final class WorkerPool implements IdleProcesses, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(WorkerPool.class);

  /** A worker, and since when it has had no task. */
  private record Idle(PythonWorker worker, long sinceNanos) {}

  private final WorkerLimits limits;
  private final Deque<Idle> idle = new ArrayDeque<>();
  private final Set<PythonWorker> busy = new HashSet<>();
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
          busy.add(worker);
          return worker;
        }
        worker.close();
      }
    }
    return null;
  }

  /** One has begun that is not from here. */
  synchronized void began(PythonWorker worker) {
    busy.add(worker);
  }

  /** One that was busy runs no other task. */
  synchronized void ended(PythonWorker worker) {
    busy.remove(worker);
  }

  /** Keeps a worker for other tasks, unless it has done enough. */
  synchronized void putBack(PythonWorker worker, long nowNanos) {
    busy.remove(worker);
    if (closed || isWornOut(worker)) {
      worker.close();
      return;
    }
    idle.addLast(new Idle(worker, nowNanos));
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

  @Override
  public synchronized double idleMb() {
    return idle.stream().mapToDouble(one -> one.worker().residentMb()).sum();
  }

  @Override
  public synchronized long longestIdleSinceNanos() {
    return idle.isEmpty() ? Long.MAX_VALUE : idle.getFirst().sinceNanos();
  }

  @Override
  public synchronized void endLongestIdle(String why) {
    if (!idle.isEmpty()) {
      end(idle.removeFirst(), why);
    }
  }

  /** How many there are of each key, and what they hold. */
  synchronized List<AgentState.Workers> workers() {
    Map<String, List<PythonWorker>> byKey =
        Stream.concat(idle.stream().map(Idle::worker), busy.stream())
            .collect(
                Collectors.groupingBy(
                    worker -> worker.key().told(), TreeMap::new, Collectors.toList()));
    return byKey.entrySet().stream().map(each -> told(each.getKey(), each.getValue())).toList();
  }

  private AgentState.Workers told(String key, List<PythonWorker> workers) {
    int running = (int) workers.stream().filter(busy::contains).count();
    double mb = workers.stream().mapToDouble(PythonWorker::residentMb).sum();
    return new AgentState.Workers(key, running, workers.size() - running, Math.round(mb));
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.forEach(one -> one.worker().close());
    idle.clear();
  }
}
