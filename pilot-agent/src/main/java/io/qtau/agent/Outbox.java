package io.qtau.agent;

import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskResult;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * Finished results until their commit is known. When a commit fails, the task comes back, here or
 * elsewhere; here its kept result settles it without a second execution.
 */
final class Outbox {
  private static final long KEPT_NANOS = 60_000_000_000L;

  private record Kept(TaskResult result, long sinceNanos) {}

  private final Map<ResultKey, Kept> kept = new ConcurrentHashMap<>();
  private final AtomicLong superseded = new AtomicLong();

  void keep(TaskResult result) {
    kept.put(result.key(), new Kept(result, System.nanoTime()));
  }

  @Nullable TaskResult find(ResultKey key) {
    Kept found = kept.get(key);
    return found == null ? null : found.result();
  }

  void settled(ResultKey key) {
    kept.remove(key);
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
