package io.qtau.agent;

import io.qtau.protocol.AgentState;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs Python functions: in warm workers, forked ones, or fresh ones. */
final class PythonExecutor implements TaskExecutor {
  private static final Logger LOG = LoggerFactory.getLogger(PythonExecutor.class);
  private static final long EVICT_SECONDS = 5;
  private static final long TELL_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final ProcessTree tree;
  private final WorkerPackage workerPackage;
  private final WorkerPool pool;
  private final Zygotes zygotes;
  private final Environments environments;
  private final WorkerLimits limits;
  private final IdleMemory memory;
  private final Future<?> eviction;
  private String told = "";
  private long toldNanos = System.nanoTime() - TELL_NANOS;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "python");
            thread.setDaemon(true);
            return thread;
          });
  private final CallThreads calls = new CallThreads(threads);

  PythonExecutor(ProcessTree tree, ScheduledExecutorService timer, WorkerLimits limits) {
    this.tree = tree;
    this.limits = limits;
    workerPackage = new WorkerPackage(tree.life());
    pool = new WorkerPool(limits);
    zygotes = new Zygotes(tree, workerPackage, threads, limits.stuck());
    memory = new IdleMemory(limits.idleMb(), pool, zygotes);
    environments = new Environments(System.getenv(), tree, threads);
    eviction =
        timer.scheduleWithFixedDelay(this::evict, EVICT_SECONDS, EVICT_SECONDS, TimeUnit.SECONDS);
  }

  @Override
  public String kind() {
    return "python";
  }

  @Override
  public Running start(Execution execution, Consumer<Outcome> done) {
    Consumer<Outcome> ended =
        outcome -> {
          memory.bound();
          done.accept(outcome);
        };
    PythonCall call =
        new PythonCall(execution, ended, tree, workerPackage, pool, zygotes, environments);
    calls.execute(call);
    return call;
  }

  @Override
  public List<AgentState.Workers> workers() {
    return Stream.of(pool.workers(), zygotes.workers()).flatMap(List::stream).toList();
  }

  private void evict() {
    pool.evict(System.nanoTime());
    zygotes.evict(System.nanoTime() - limits.idle().toNanos());
    memory.bound();
    tell();
  }

  /** Writes down what the pools hold, when it has changed: once a minute at most. */
  private void tell() {
    String now = told(workers());
    if (!now.equals(told) && System.nanoTime() - toldNanos > TELL_NANOS) {
      LOG.info("Python workers: {}", now.isEmpty() ? "none" : now);
      told = now;
      toldNanos = System.nanoTime();
    }
  }

  /** Of those that are idle: of the others it changes too often. */
  static String told(List<AgentState.Workers> workers) {
    return workers.stream()
        .filter(pool -> pool.idle() > 0)
        .map(pool -> pool.pool() + ": " + pool.idle() + " idle, " + pool.memoryMb() + " MiB")
        .collect(Collectors.joining("; "));
  }

  @Override
  public void close() {
    eviction.cancel(false);
    threads.shutdown();
    pool.close();
    zygotes.close();
    workerPackage.close();
  }
}
