package io.qtau.client;

import io.qtau.messaging.Timers;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * One call's patience with a broker that is away: begins with the first failure. Not thread-safe.
 */
final class Outage {
  private final @Nullable Duration patience;
  private boolean begun;
  private long beginNanos;

  Outage(@Nullable Duration patience) {
    this.patience = patience;
  }

  /**
   * Waits a little before the next try.
   *
   * @throws BrokerUnavailable when the patience is over
   */
  void pause(Exception cause) throws BrokerUnavailable, InterruptedException {
    long now = System.nanoTime();
    if (!begun) {
      begun = true;
      beginNanos = now;
    }
    if (patience != null && Duration.ofNanos(now - beginNanos).compareTo(patience) >= 0) {
      throw new BrokerUnavailable("the broker does not answer: " + cause.getMessage(), cause);
    }
    Thread.sleep(Timers.RECONNECT.toMillis());
  }
}
