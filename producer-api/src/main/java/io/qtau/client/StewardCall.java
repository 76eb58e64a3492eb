package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.time.Duration;
import java.util.concurrent.TimeoutException;

/**
 * Gives the broker's steward an order and hears its answers, over a connection of its own. An order
 * whose fate a lost connection leaves open is given once more: none does harm twice.
 */
final class StewardCall {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 1000;

  private final Dialer dialer;

  StewardCall(Dialer dialer) {
    this.dialer = dialer;
  }

  /** Hears the answers, one after the other. */
  interface Hearing {
    /** Returns whether it was the last one. */
    boolean heard(byte[] answer) throws MalformedMessage;
  }

  /** Looks at what else is wanted, over the connection that brought the answers. */
  interface Sequel {
    void on(Link link) throws JMSException;
  }

  /** {@link #ask(Record, String, String, Hearing, Sequel)}, with no sequel. */
  void ask(Record order, String token, String property, Hearing hearing)
      throws QTauException, InterruptedException {
    ask(order, token, property, hearing, link -> {});
  }

  /**
   * Returns when the last answer was heard, and after its sequel.
   *
   * @param token the order's own; answers lie under it, or under {@code token/…}
   * @param property where the order's message carries it
   * @param sequel once more, too, when a lost connection has the order given once more
   */
  void ask(Record order, String token, String property, Hearing hearing, Sequel sequel)
      throws QTauException, InterruptedException {
    Outage outage = dialer.outage();
    while (true) {
      try (Link link = dialer.dial(false, outage);
          MessageConsumer answers =
              link.session()
                  .createConsumer(
                      link.queue(Addresses.ANSWERS),
                      Properties.ANSWER_KEY + " LIKE '" + token + "%'")) {
        send(link, order, token, property);
        hear(answers, hearing);
        sequel.on(link);
        return;
      } catch (JMSSecurityException e) {
        throw new CredentialRefused(
            "the broker lets its owner do this, not the user of this credential", e);
      } catch (JMSException e) {
        Link.throwIfInterrupted(e);
        outage.pause(e);
      } catch (MalformedMessage e) {
        throw new IllegalStateException("the broker's answer cannot be read", e);
      } catch (RuntimeException e) {
        Link.throwIfInterrupted(e);
        throw e;
      }
    }
  }

  private static void send(Link link, Record order, String token, String property)
      throws JMSException {
    BytesMessage message = link.json(WireFormat.encode(order));
    message.setStringProperty(property, token);
    link.send(Addresses.CONTROL_STEWARD, message, Message.DEFAULT_PRIORITY);
  }

  private static void hear(MessageConsumer answers, Hearing hearing)
      throws JMSException, MalformedMessage, BrokerUnavailable, InterruptedException {
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      Message answer = answers.receive(LOOK_MILLIS);
      if (answer != null && hearing.heard(Jms.body(answer))) {
        return;
      }
      Link.throwIfInterrupted();
    }
    throw new BrokerUnavailable(
        "the broker has the order, and has not answered for " + PATIENCE.toMinutes() + " minutes",
        new TimeoutException());
  }
}
