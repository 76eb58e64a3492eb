package io.qtau.agent;

import java.io.IOException;
import java.util.Iterator;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;

/** The processes that fork workers, one for each of their keys. */
final class Zygotes implements AutoCloseable {
  private final ProcessTree tree;
  private final WorkerPackage workerPackage;
  private final Executor threads;
  private final Map<Zygote.Key, CompletableFuture<Zygote>> all = new ConcurrentHashMap<>();

  Zygotes(ProcessTree tree, WorkerPackage workerPackage, Executor threads) {
    this.tree = tree;
    this.workerPackage = workerPackage;
    this.threads = threads;
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
      return Zygote.start(key, tree.newMark(), workerPackage.directory());
    } catch (IOException e) {
      throw new CompletionException(e);
    }
  }

  /** Ends those that have not been used since. */
  void evict(long beforeNanos) {
    for (Iterator<CompletableFuture<Zygote>> each = all.values().iterator(); each.hasNext(); ) {
      CompletableFuture<Zygote> zygote = each.next();
      if (zygote.isDone()
          && !zygote.isCompletedExceptionally()
          && zygote.join().idleSinceNanos() < beforeNanos) {
        each.remove();
        zygote.join().close();
      }
    }
  }

  @Override
  public void close() {
    for (CompletableFuture<Zygote> zygote : all.values()) {
      var unused = zygote.thenAccept(Zygote::close);
    }
    all.clear();
  }
}
