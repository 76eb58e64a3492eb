package io.qtau.client;

import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import org.jspecify.annotations.Nullable;

/**
 * Asks the broker's tables, over one connection that is made again when it is lost. Thread-safe:
 * one question at a time.
 */
final class Lookup implements AutoCloseable {
  private @Nullable Link link;
  private boolean closed;

  /** A question. It may be asked again on another connection. */
  @FunctionalInterface
  interface Question<T> {
    T ask(Link link) throws JMSException;
  }

  Lookup(Link first) {
    link = first;
  }

  synchronized <T> T ask(Dialer dialer, Question<T> question)
      throws BrokerUnavailable, CredentialRefused, InterruptedException {
    Outage outage = dialer.outage();
    while (!closed) {
      try {
        return question.ask(open(dialer, outage));
      } catch (JMSSecurityException e) {
        drop();
        throw new CredentialRefused(
            "the user of this credential may not do this: " + e.getMessage(), e);
      } catch (JMSException e) {
        drop();
        Link.throwIfInterrupted(e);
        outage.pause(e);
      } catch (RuntimeException e) {
        drop();
        Link.throwIfInterrupted(e);
        throw e;
      }
    }
    throw new IllegalStateException("this client is closed");
  }

  private Link open(Dialer dialer, Outage outage)
      throws BrokerUnavailable, CredentialRefused, InterruptedException {
    Link open = link;
    if (open == null) {
      open = dialer.dial(false, outage);
      link = open;
    }
    return open;
  }

  private void drop() {
    Link lost = link;
    link = null;
    if (lost != null) {
      lost.close();
    }
  }

  @Override
  public synchronized void close() {
    closed = true;
    drop();
  }
}
