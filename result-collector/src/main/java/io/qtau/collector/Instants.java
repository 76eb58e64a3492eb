package io.qtau.collector;

import io.qtau.protocol.Timeline;
import org.jspecify.annotations.Nullable;

/** Differences between the stamps of a timeline, in µs; unknown when either stamp is. */
final class Instants {
  private Instants() {}

  /** Negative when the clocks say so. */
  static @Nullable Long between(@Nullable Long from, @Nullable Long to) {
    return from == null || to == null ? null : to - from;
  }

  /** A stamp of the agent as the broker's clock would have shown it, as far as that is known. */
  static @Nullable Long onBrokerClock(Timeline timeline, @Nullable Long agentStamp) {
    Long offset = timeline.offsetUs();
    return agentStamp == null || offset == null ? agentStamp : Long.valueOf(agentStamp + offset);
  }
}
