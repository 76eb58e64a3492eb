package io.qtau.agent;

import org.jspecify.annotations.Nullable;

/**
 * The broker's clock minus this host's, from the answer that came back quickest: half of its round
 * trip bounds the error.
 */
final class ClockOffset {
  private record Estimate(long micros, long errorMicros) {}

  private volatile @Nullable Estimate best;

  @Nullable Long micros() {
    Estimate known = best;
    return known == null ? null : known.micros();
  }

  /** What the broker's clock says when this host's says {@code ownUs}; as far as is known. */
  long brokerMicros(long ownUs) {
    Estimate known = best;
    return known == null ? ownUs : ownUs + known.micros();
  }

  @Nullable Long errorMicros() {
    Estimate known = best;
    return known == null ? null : known.errorMicros();
  }

  /**
   * Hears an answer.
   *
   * @param sentUs when it was asked, by this host's clock
   * @param receivedUs when the answer came, by the same clock
   * @param brokerUs what the broker's clock said in between
   */
  synchronized void heard(long sentUs, long receivedUs, long brokerUs) {
    long error = Math.max(1, (receivedUs - sentUs + 1) / 2);
    Estimate heard = new Estimate(brokerUs - (sentUs + receivedUs) / 2, error);
    Estimate known = best;
    if (known == null || error <= known.errorMicros() || contradict(known, heard)) {
      best = heard;
    }
  }

  /** Both cannot be true, though the broker tells whole milliseconds: its clock was set. */
  private static boolean contradict(Estimate known, Estimate heard) {
    return Math.abs(known.micros() - heard.micros())
        > known.errorMicros() + heard.errorMicros() + 2000;
  }

  /** Clocks drift: an old estimate is not better for ever. */
  synchronized void age() {
    Estimate known = best;
    if (known != null) {
      best = new Estimate(known.micros(), known.errorMicros() + 20);
    }
  }
}
