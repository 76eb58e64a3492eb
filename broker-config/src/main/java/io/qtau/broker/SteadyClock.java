package io.qtau.broker;

import java.time.Duration;

/**
 * The time of day as it was when the broker started, and since then by the monotonic clock: when
 * somebody sets the host's clock ahead, no session grows old by it.
 */
final class SteadyClock {
  private static final long LEAST_MILLIS = 2000;

  private final long startMillis = System.currentTimeMillis();
  private final long startNanos = System.nanoTime();

  private long aheadMillis;

  long millis() {
    return startMillis + (System.nanoTime() - startNanos) / 1_000_000;
  }

  /** By how much the host's clock was set since the last call; what is below 2 s is not told. */
  synchronized Duration setBy() {
    long now = System.currentTimeMillis() - millis();
    long by = now - aheadMillis;
    aheadMillis = now;
    return Math.abs(by) < LEAST_MILLIS ? Duration.ZERO : Duration.ofMillis(by);
  }
}
