package io.qtau.agent;

import io.qtau.protocol.AgentState;
import java.io.IOException;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The processes that fork workers, one for each of their keys. */
final class Zygotes implements IdleProcesses, AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Zygotes.class);

  private final ProcessTree tree;
  private final WorkerPackage workerPackage;
  private final Executor threads;
  private final Duration stuck;
  private final Map<Zygote.Key, CompletableFuture<Zygote>> all = new ConcurrentHashMap<>();

  /**
   * @param stuck how long their workers may wait for locks alone
   */
  Zygotes(ProcessTree tree, WorkerPackage workerPackage, Executor threads, Duration stuck) {
    this.tree = tree;
    this.workerPackage = workerPackage;
    this.threads = threads;
    this.stuck = stuck;
  }

  /** The one of a key; it may yet have to start. */
  CompletableFuture<Zygote> of(Zygote.Key key) {
    return all.compute(
        key,
        (k, known) ->
            known == null || hasFailed(known)
                ? CompletableFuture.supplyAsync(() -> start(k), threads)
                : known);
  }

  private static boolean hasFailed(CompletableFuture<Zygote> known) {
    return known.isCompletedExceptionally() || (known.isDone() && !known.join().isAlive());
  }

  private Zygote start(Zygote.Key key) {
    try {
      return Zygote.start(key, tree.newMark(), workerPackage.directory(), stuck);
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** Ends those that have not been used since. */
  void evict(long beforeNanos) {
    started()
        .filter(zygote -> zygote.idleSinceNanos() < beforeNanos)
        .forEach(zygote -> end(zygote, "it has been idle for too long"));
  }

  @Override
  public double idleMb() {
    return started().filter(Zygote::isIdle).mapToDouble(Zygote::residentMb).sum();
  }

  @Override
  public long longestIdleSinceNanos() {
    return started().mapToLong(Zygote::idleSinceNanos).min().orElse(Long.MAX_VALUE);
  }

  @Override
  public void endLongestIdle(String why) {
    started()
        .filter(Zygote::isIdle)
        .min(Comparator.comparingLong(Zygote::idleSinceNanos))
        .ifPresent(zygote -> end(zygote, why));
  }

  private void end(Zygote zygote, String why) {
    LOG.debug("{} ends: {}", zygote.key().told(), why);
    all.values().removeIf(each -> hasStarted(each) && each.join() == zygote);
    zygote.close();
  }

  /** How many there are, of these with workers that run, and what they hold. */
  List<AgentState.Workers> workers() {
    Map<String, AgentState.Workers> byName = new TreeMap<>();
    started().map(Zygotes::told).forEach(one -> byName.merge(one.pool(), one, Zygotes::both));
    return List.copyOf(byName.values());
  }

  private static AgentState.Workers told(Zygote zygote) {
    int idle = zygote.isIdle() ? 1 : 0;
    return new AgentState.Workers(
        zygote.key().told(), 1 - idle, idle, Math.round(zygote.residentMb()));
  }

  private static AgentState.Workers both(AgentState.Workers one, AgentState.Workers other) {
    return new AgentState.Workers(
        one.pool(),
        one.busy() + other.busy(),
        one.idle() + other.idle(),
        one.memoryMb() + other.memoryMb());
  }

  private Stream<Zygote> started() {
    return all.values().stream()
        .filter(Zygotes::hasStarted)
        .map(CompletableFuture::join)
        .filter(Zygote::isAlive);
  }

  private static boolean hasStarted(CompletableFuture<Zygote> known) {
    return known.isDone() && !known.isCompletedExceptionally();
  }

  @Override
  public void close() {
    for (CompletableFuture<Zygote> zygote : all.values()) {
      var unused = zygote.thenAccept(Zygote::close);
    }
    all.clear();
  }
}
