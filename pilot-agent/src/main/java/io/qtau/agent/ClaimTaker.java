package io.qtau.agent;

import io.qtau.messaging.CoreConnection;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes this agent's claims: the tasks that run here for long, which nobody else can start. While
 * its consumer is there the broker knows that the agent lives.
 */
final class ClaimTaker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(ClaimTaker.class);
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int WAIT_MILLIS = 1000;

  private final Link link;
  private final Intake intake;
  private final ClientConsumer consumer;

  private ClaimTaker(Link link, Intake intake, ClientConsumer consumer) {
    this.link = link;
    this.intake = intake;
    this.consumer = consumer;
  }

  /** Opens the queue of this agent's claims, which the broker makes for whoever names it. */
  static ClaimTaker open(
      Link link, CoreConnection connection, Presence presence, Intake.Failure failure)
      throws ActiveMQException {
    presence.hello(connection);
    Intake intake = new Intake(connection, "claims", false, 0, failure);
    return new ClaimTaker(link, intake, intake.consume(presence.claims(), WINDOW_BYTES));
  }

  Intake intake() {
    return intake;
  }

  void start() {
    Thread thread = new Thread(this, "take-claims");
    thread.setDaemon(true);
    thread.start();
  }

  @Override
  public void run() {
    try {
      while (!link.hasEnded()) {
        ClientMessage message = consumer.receive(WAIT_MILLIS);
        if (message != null) {
          link.claimed(message, intake);
        }
      }
    } catch (Exception e) {
      LOG.debug("no more claims", e);
      link.lost(e);
    }
  }
}
