package io.qtau.agent;

import io.qtau.agent.Leaving.Phase;
import io.qtau.messaging.Timers;
import java.time.Duration;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** An agent's work over one link: until that is lost, or until the agent has taken its leave. */
final class Stint {
  private static final Logger LOG = LoggerFactory.getLogger(Stint.class);
  private static final Duration TO_GIVE_BACK = Duration.ofSeconds(5);
  private static final Duration LOOK = Duration.ofMillis(20);

  private final Link link;
  private final Heartbeat heartbeat;
  private final Attempts attempts;
  private final Leaving leaving;
  private final Presence presence;
  private final long beganUs;
  private @Nullable String told;
  private long toldNanos;

  /**
   * @param beganUs when the link began: the time before it was not idle
   */
  Stint(
      Link link,
      Heartbeat heartbeat,
      Attempts attempts,
      Leaving leaving,
      Presence presence,
      long beganUs) {
    this.link = link;
    this.heartbeat = heartbeat;
    this.attempts = attempts;
    this.leaving = leaving;
    this.presence = presence;
    this.beganUs = beganUs;
  }

  /** Whether the agent has left; else the link has ended. */
  boolean work() throws ActiveMQException, InterruptedException {
    while (!link.hasEnded() && phase() == Phase.WORKING) {
      tell("READY");
      link.awaitEnd(leaving.quiet(idleSinceUs(), Timers.HEARTBEAT));
    }
    if (!link.hasEnded()) {
      link.stopTaking();
      drain();
    }
    if (!link.hasEnded()) {
      giveBack();
    }
    if (!link.hasEnded()) {
      presence.bye(link.connection());
      sayLast();
      return true;
    }
    return false;
  }

  private void drain() throws ActiveMQException, InterruptedException {
    while (!link.hasEnded() && phase() == Phase.DRAINING && isBusy()) {
      tell("DRAINING");
      link.awaitEnd(LOOK);
    }
  }

  private void giveBack() throws InterruptedException {
    attempts.giveBack();
    long end = System.nanoTime() + TO_GIVE_BACK.toNanos();
    while (!link.hasEnded() && isBusy() && System.nanoTime() < end) {
      link.awaitEnd(LOOK);
    }
  }

  private boolean isBusy() {
    return attempts.count() > 0 || link.unsettled() > 0;
  }

  private Phase phase() {
    return leaving.phase(idleSinceUs());
  }

  private long idleSinceUs() {
    return Math.max(beganUs, attempts.idleSinceUs());
  }

  /** Its pilot may have ended with it, and the broker let go of it: it has left all the same. */
  private void sayLast() {
    try {
      tell("DONE");
    } catch (ActiveMQException e) {
      LOG.debug("the last heartbeat was not heard", e);
    }
  }

  /** At once when it is news, else with every heartbeat. */
  private void tell(String state) throws ActiveMQException {
    long now = System.nanoTime();
    if (!state.equals(told) || now - toldNanos >= Timers.HEARTBEAT.toNanos()) {
      heartbeat.send(state);
      told = state;
      toldNanos = now;
    }
  }
}
