package io.qtau.agent;

import io.qtau.protocol.LeaveRules;
import java.time.Duration;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides when this agent takes nothing more, and when it gives back what still runs: by order, by
 * a signal, near the end of its allocation, or without work. It never goes back a phase.
 */
final class Leaving {
  /** In this order. */
  enum Phase {
    WORKING,
    /** It takes nothing; what runs may end. */
    DRAINING,
    /** What runs is ended and goes back. */
    GIVING_BACK
  }

  private static final Duration DRAIN = Duration.ofSeconds(30);

  /** A TERM so short before the end comes from the scheduler's clock. */
  private static final Duration NEAR_THE_END = Duration.ofMinutes(2);

  /** Schedulers send KILL 30 s after TERM. */
  private static final Duration AFTER_TERM = Duration.ofSeconds(20);

  /** For a broker that is away when it gives back; its claims there would count as lost. */
  private static final Duration TO_SAY_GOODBYE = Duration.ofSeconds(3);

  private final LongSupplier clockUs;
  private final @Nullable Long endsUs;
  private final @Nullable Duration idleTimeout;
  private long drainAtUs = Long.MAX_VALUE;
  private long giveBackAtUs = Long.MAX_VALUE;
  private long givingBackSinceUs;
  private Phase phase = Phase.WORKING;
  private String reason = "the end of its allocation is near";

  /**
   * @param clockUs epoch µs
   * @param endsUs when the allocation ends; null = not known
   * @param lastUs when what still runs goes back; null = never
   */
  Leaving(LongSupplier clockUs, @Nullable Long endsUs, @Nullable Long lastUs, LeaveRules rules) {
    this.clockUs = clockUs;
    this.endsUs = endsUs;
    idleTimeout = rules.idleTimeout();
    if (endsUs != null && lastUs != null) {
      giveBackAtUs = lastUs;
      drainAtUs = Math.min(lastUs, endsUs - drainUs(endsUs, rules.drain()));
    }
  }

  private long drainUs(long ends, @Nullable Duration said) {
    return said == null
        ? Math.min(micros(DRAIN), Math.max(0, (ends - clockUs.getAsLong()) / 2))
        : micros(said);
  }

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }

  /** What runs may end; nothing new begins. */
  synchronized void drain(String why) {
    advance(Phase.DRAINING, why);
  }

  /** What runs goes back now. */
  synchronized void giveBack(String why) {
    advance(Phase.GIVING_BACK, why);
  }

  /** The process was told to end: short before its allocation's end there is time to drain. */
  synchronized void terminated() {
    long now = clockUs.getAsLong();
    if (endsUs != null && endsUs - now <= micros(NEAR_THE_END)) {
      giveBackAtUs = Math.min(giveBackAtUs, now + micros(AFTER_TERM));
      advance(Phase.DRAINING, "it was told to end");
    } else {
      advance(Phase.GIVING_BACK, "it was told to end");
    }
  }

  private void advance(Phase next, String why) {
    if (next.compareTo(phase) > 0) {
      reason = phase == Phase.WORKING ? why : reason;
      phase = next;
      if (next == Phase.GIVING_BACK) {
        givingBackSinceUs = clockUs.getAsLong();
      }
    }
  }

  /**
   * Its phase now.
   *
   * @param idleSinceUs since when nothing runs; {@link Long#MAX_VALUE} = something does
   */
  synchronized Phase phase(long idleSinceUs) {
    long now = clockUs.getAsLong();
    if (now >= giveBackAtUs) {
      advance(Phase.GIVING_BACK, reason);
    } else if (now >= drainAtUs) {
      advance(Phase.DRAINING, reason);
    } else if (idleTimeout != null && now - micros(idleTimeout) >= idleSinceUs) {
      advance(Phase.DRAINING, "it had no task for " + idleTimeout.toSeconds() + " s");
    }
    return phase;
  }

  /** Whether there has been time enough to give back what ran, and to say so. */
  synchronized boolean isOverdue() {
    return phase == Phase.GIVING_BACK
        && clockUs.getAsLong() - givingBackSinceUs > micros(TO_SAY_GOODBYE);
  }

  /** Why it leaves. */
  synchronized String reason() {
    return reason;
  }

  /** How long nothing changes by itself, at most so long. */
  synchronized Duration quiet(long idleSinceUs, Duration most) {
    long now = clockUs.getAsLong();
    long next = Math.min(giveBackAtUs, drainAtUs);
    if (idleTimeout != null && idleSinceUs != Long.MAX_VALUE) {
      next = Math.min(next, idleSinceUs + micros(idleTimeout));
    }
    long leftMillis = next == Long.MAX_VALUE ? Long.MAX_VALUE : (next - now) / 1000 + 1;
    return Duration.ofMillis(Math.max(1, Math.min(most.toMillis(), leftMillis)));
  }
}
