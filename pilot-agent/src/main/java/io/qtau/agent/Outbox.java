package io.qtau.agent;

import io.qtau.protocol.ResultKey;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * How attempts ended, until the commit that says so is known. When that fails, the task comes back,
 * here or elsewhere; here its kept ending settles it without a second execution.
 */
final class Outbox {
  private static final long KEPT_NANOS = 60_000_000_000L;

  private record Kept(Ending ending, long sinceNanos) {}

  private final Map<ResultKey, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicLong superseded = new AtomicLong();

  void keep(Ending ending) {
    kept.put(ending.key(), new Kept(ending, System.nanoTime()));
  }

  @Nullable Ending find(ResultKey key) {
    Kept found = kept.get(key);
    return found == null ? null : found.ending();
  }

  /** The broker has it. A later ending of the same task stays. */
  void settled(Ending ending) {
    kept.computeIfPresent(
        ending.key(), (key, found) -> found.ending().equals(ending) ? null : found);
  }

  /** Drops what was not delivered again for 60 s: somebody else has it. */
  void sweep() {
    long now = System.nanoTime();
    kept.values()
        .removeIf(
            entry -> {
              boolean old = now - entry.sinceNanos() > KEPT_NANOS;
              if (old) {
                superseded.incrementAndGet();
              }
              return old;
            });
  }

  int size() {
    return kept.size();
  }

  long superseded() {
    return superseded.get();
  }
}
