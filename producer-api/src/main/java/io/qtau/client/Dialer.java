package io.qtau.client;

import io.qtau.messaging.Jms;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * Connects, again and again if need be. Thread-safe.
 *
 * @param patience how long one call tries; null = for ever
 * @param waitsForRoom whether a broker that is full is waited for like one that is away
 */
record Dialer(ConnectionFactory factory, @Nullable Duration patience, boolean waitsForRoom) {
  Dialer withPatience(Duration newPatience) {
    return new Dialer(factory, newPatience, waitsForRoom);
  }

  Dialer waitingForRoom() {
    return new Dialer(factory, patience, true);
  }

  Outage outage() {
    return new Outage(patience);
  }

  /** Tries once. */
  Link dial(boolean transacted) throws JMSException, CredentialRefused {
    try {
      return link(Jms.connect(factory), transacted);
    } catch (JMSSecurityException e) {
      throw new CredentialRefused(
          "the broker refuses this credential; the right one is in QTAU_HOME/credential of the"
              + " account that runs the broker",
          e);
    }
  }

  private static Link link(Connection connection, boolean transacted) throws JMSException {
    try {
      connection.start();
      int mode =
          transacted
              ? jakarta.jms.Session.SESSION_TRANSACTED
              : jakarta.jms.Session.AUTO_ACKNOWLEDGE;
      return new Link(connection, connection.createSession(mode));
    } catch (JMSException | RuntimeException e) {
      Link.closeQuietly(connection);
      throw e;
    }
  }

  /** Tries until there is a connection or the outage's patience is over. */
  Link dial(boolean transacted, Outage outage)
      throws BrokerUnavailable, CredentialRefused, InterruptedException {
    while (true) {
      try {
        return dial(transacted);
      } catch (JMSException e) {
        Link.throwIfInterrupted();
        outage.pause(e);
      } catch (RuntimeException e) {
        Link.throwIfInterrupted(e);
        throw e;
      }
    }
  }
}
