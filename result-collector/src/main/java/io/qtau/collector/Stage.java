package io.qtau.collector;

import static io.qtau.collector.Instants.between;
import static io.qtau.collector.Instants.onBrokerClock;

import io.qtau.protocol.Timeline;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** A part of the way from submit to collector, between two consecutive stamps; or all of it. */
enum Stage {
  SUBMIT,
  QUEUE,
  STARTUP,
  EXECUTION,
  SETTLE,
  COLLECT,
  TOTAL;

  /** In µs; null when a stamp is missing, negative when the clocks of two hosts disagree. */
  @Nullable Long duration(Timeline t) {
    return switch (this) {
      case SUBMIT -> between(t.submitted(), t.accepted());
      case QUEUE -> between(t.accepted(), onBrokerClock(t, t.taken()));
      case STARTUP -> between(t.taken(), t.started());
      case EXECUTION -> between(t.started(), t.ended());
      case SETTLE -> between(onBrokerClock(t, t.ended()), t.settled());
      case COLLECT -> between(t.settled(), t.collected());
      case TOTAL -> between(t.submitted(), t.collected());
    };
  }

  /** Its name in files. */
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
