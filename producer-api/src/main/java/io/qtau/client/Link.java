package io.qtau.client;

import io.qtau.protocol.Properties;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Queue;
import java.util.HashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One started connection with its one session. Owned by one thread at a time. */
final class Link implements AutoCloseable {
  private static final System.Logger LOG = System.getLogger(Link.class.getName());
  private final Connection connection;
  private final jakarta.jms.Session session;
  private final Map<String, Queue> queues = new HashMap<>();
  private @Nullable MessageProducer producer;

  Link(Connection connection, jakarta.jms.Session session) {
    this.connection = connection;
    this.session = session;
  }

  jakarta.jms.Session session() {
    return session;
  }

  Queue queue(String address) throws JMSException {
    Queue known = queues.get(address);
    if (known == null) {
      known = session.createQueue(address);
      queues.put(address, known);
    }
    return known;
  }

  BytesMessage json(byte[] body) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.writeBytes(body);
    message.setStringProperty(Properties.CONTENT_TYPE, "application/json");
    return message;
  }

  void send(String address, BytesMessage message, int priority) throws JMSException {
    send(address, message, priority, 0);
  }

  /**
   * Sends a message.
   *
   * @param lifeMs after which it expires; 0 = never
   */
  void send(String address, BytesMessage message, int priority, long lifeMs) throws JMSException {
    producer().send(queue(address), message, DeliveryMode.PERSISTENT, priority, lifeMs);
  }

  private MessageProducer producer() throws JMSException {
    if (producer == null) {
      producer = session.createProducer(null);
      producer.setDisableMessageID(true);
      producer.setDisableMessageTimestamp(true);
    }
    return producer;
  }

  @Override
  public void close() {
    closeQuietly(connection);
  }

  /**
   * What a broken connection still says when it is closed changes nothing: it is told and dropped.
   */
  static void closeQuietly(Connection connection) {
    try {
      connection.close();
    } catch (JMSException | RuntimeException e) {
      LOG.log(System.Logger.Level.DEBUG, "closing a connection", e);
    }
  }

  /** Artemis turns an interrupt into an exception of its own, at times without the flag. */
  static void throwIfInterrupted(Exception e) throws InterruptedException {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof InterruptedException) {
        Thread.interrupted();
        throw interrupted(e);
      }
    }
    throwIfInterrupted();
  }

  static void throwIfInterrupted() throws InterruptedException {
    if (Thread.interrupted()) {
      throw new InterruptedException("interrupted while waiting for the broker");
    }
  }

  private static InterruptedException interrupted(Exception e) {
    InterruptedException told =
        new InterruptedException("interrupted while waiting for the broker");
    told.initCause(e);
    return told;
  }
}
