package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.CancelOrder;
import io.qtau.protocol.CancelReceipt;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import java.time.Duration;
import java.util.Enumeration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Orders the broker to cancel tasks, and waits until it has. */
final class Cancel {
  private static final Duration PATIENCE = Duration.ofMinutes(5);
  private static final long LOOK_MILLIS = 50;

  private final Lookup lookup;
  private final Dialer dialer;

  Cancel(Lookup lookup, Dialer dialer) {
    this.lookup = lookup;
    this.dialer = dialer;
  }

  /** How many tasks it took out of their lanes. */
  long obey(CancelOrder order) throws QTauException, InterruptedException {
    lookup.ask(dialer, link -> send(link, order));
    long end = System.nanoTime() + PATIENCE.toNanos();
    while (System.nanoTime() < end) {
      long queued = lookup.ask(dialer, link -> receipt(link, order));
      if (queued >= 0) {
        return queued;
      }
      TimeUnit.MILLISECONDS.sleep(LOOK_MILLIS);
    }
    throw new BrokerUnavailable(
        "the broker has the order to cancel, and has not answered for "
            + PATIENCE.toMinutes()
            + " minutes",
        new TimeoutException());
  }

  private static boolean send(Link link, CancelOrder order) throws JMSException {
    BytesMessage message = link.json(WireFormat.encode(order));
    message.setStringProperty(Properties.CANCEL_TOKEN, order.token());
    link.send(Addresses.CONTROL_STEWARD, message, Message.DEFAULT_PRIORITY);
    return true;
  }

  /** -1 while there is none. */
  private static long receipt(Link link, CancelOrder order) throws JMSException {
    String key = new CancelReceipt(order.token(), 0).key();
    try (QueueBrowser browser =
        link.session()
            .createBrowser(
                link.queue(Addresses.CANCEL), Properties.TARGET_KEY + " = '" + key + "'")) {
      Enumeration<?> found = browser.getEnumeration();
      return found.hasMoreElements()
          ? WireFormat.decode(Jms.body((Message) found.nextElement()), CancelReceipt.class).queued()
          : -1;
    } catch (MalformedMessage e) {
      throw new IllegalStateException("the broker's receipt cannot be read", e);
    }
  }
}
