package io.qtau.collector;

import io.qtau.messaging.Jms;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.CollectorOrder;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.time.Clock;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;

/** {@code qtau.collector} over one connection: batches out of it in transactions. */
final class CollectorQueue {
  private static final int MOST_RESULTS = 500;
  private static final long MOST_BYTES = 8L << 20;
  private static final long WAIT_MILLIS = 200;

  /**
   * What one transaction holds.
   *
   * @param results stamped with when they came
   * @param faults what is wrong with the messages that are no results
   */
  record Batch(List<TaskResult> results, List<String> faults) {
    boolean isEmpty() {
      return results.isEmpty() && faults.isEmpty();
    }

    int size() {
      return results.size() + faults.size();
    }
  }

  private final Session session;
  private final String token = UUID.randomUUID().toString();
  private final MessageConsumer consumer;
  private final Clock clock;

  /** Set by the connection when it is lost: a receive would only time out. */
  private volatile @Nullable JMSException lost;

  private boolean registered;
  private boolean uncommitted;

  CollectorQueue(Connection connection, Clock clock) throws JMSException {
    this.clock = clock;
    connection.setExceptionListener(e -> lost = e);
    session = connection.createSession(true, Session.SESSION_TRANSACTED);
    consumer = session.createConsumer(session.createQueue(Addresses.COLLECTOR));
    connection.start();
  }

  /** Asks for a copy of each result, from when {@link #isRegistered} says so. */
  void register() throws JMSException {
    order(CollectorOrder.REGISTER);
  }

  /** Whether the steward has answered: whatever comes from then on is copied. */
  boolean isRegistered() {
    return registered;
  }

  /** No more copies; those that are here already stay for the next collector. */
  void unregister() throws JMSException {
    order(CollectorOrder.UNREGISTER);
  }

  private void order(String order) throws JMSException {
    BytesMessage message = session.createBytesMessage();
    message.setStringProperty(Properties.CONTENT_TYPE, "application/json");
    message.writeBytes(WireFormat.encode(new CollectorOrder(order, token)));
    try (MessageProducer producer =
        session.createProducer(session.createQueue(Addresses.CONTROL_STEWARD))) {
      producer.send(message);
    }
    session.commit();
  }

  /** What is there, up to 500 results; waits at most 200 ms for the first one. */
  Batch receive() throws JMSException {
    Batch batch = new Batch(new ArrayList<>(), new ArrayList<>());
    long bytes = 0;
    Message message = consumer.receive(WAIT_MILLIS);
    uncommitted = message != null;
    while (message != null) {
      bytes += add(message, batch);
      boolean full = batch.size() >= MOST_RESULTS || bytes >= MOST_BYTES;
      message = full ? null : consumer.receiveNoWait();
    }
    JMSException gone = lost;
    if (gone != null) {
      throw gone;
    }
    return batch;
  }

  private long add(Message message, Batch batch) throws JMSException {
    String answered = message.getStringProperty(Properties.ORDER);
    if (answered != null) {
      registered |= answered.equals(token);
      return 0;
    }
    try {
      byte[] body = Jms.body(message);
      batch.results().add(stamped(message, ResultBytes.decode(body)));
      return body.length;
    } catch (MalformedMessage e) {
      batch.faults().add(message.getJMSMessageID() + ": " + e.getMessage());
      return 0;
    }
  }

  private TaskResult stamped(Message message, TaskResult result) throws JMSException {
    long now = ChronoUnit.MICROS.between(Instant.EPOCH, clock.instant());
    return result.withTimeline(result.timeline().received(settled(message), now));
  }

  /** The broker's stamp, when it made one, is in whole ms. */
  private static @Nullable Long settled(Message message) throws JMSException {
    return message.propertyExists(Properties.INGRESS_MS)
        ? Long.valueOf(message.getLongProperty(Properties.INGRESS_MS) * 1000)
        : null;
  }

  /** Acknowledges the last batch. */
  void commit() throws JMSException {
    if (uncommitted) {
      session.commit();
      uncommitted = false;
    }
  }
}
