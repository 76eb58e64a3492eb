package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskStatus;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Answers the tasks in a queue where they end: each with its result, in the transaction of its ack.
 */
final class Endings {
  private static final Logger LOG = LoggerFactory.getLogger(Endings.class);
  static final TaskError EXPIRED = new TaskError("Expired", "its deadline came before its start");
  static final TaskError CANCELED = new TaskError("Canceled", "it was cancelled");

  private static final int MOST_IN_A_GROUP = 500;
  private static final int WINDOW_BYTES = 1 << 20;

  private final ClientSession session;
  private final ClientProducer producer;
  private final ClientConsumer consumer;
  private final TaskStatus status;
  private final TaskError error;

  private Endings(CoreConnection connection, String queue, TaskStatus status, TaskError error)
      throws ActiveMQException {
    this.status = status;
    this.error = error;
    session = connection.transacted();
    producer = session.createProducer();
    consumer = session.createConsumer(SimpleString.of(queue), null, WINDOW_BYTES, -1, false);
    session.start();
  }

  /** Answers from now on, until the connection is closed. */
  static void answer(CoreConnection connection, String queue, TaskStatus status, TaskError error)
      throws ActiveMQException {
    Endings endings = new Endings(connection, queue, status, error);
    Thread thread = new Thread(endings::work, "qtau-steward-" + queue);
    thread.setDaemon(true);
    thread.start();
  }

  private void work() {
    try {
      // Without a time limit nothing comes only when it is closed.
      for (ClientMessage first = consumer.receive(); first != null; first = consumer.receive()) {
        ClientMessage message = first;
        for (int i = 1; message != null; i++) {
          end(message);
          message = i < MOST_IN_A_GROUP ? consumer.receiveImmediate() : null;
        }
        session.commit();
      }
    } catch (ActiveMQException e) {
      if (!session.isClosed()) {
        LOG.error("tasks that are {} are not answered any more", status, e);
      }
    }
  }

  private void end(ClientMessage message) throws ActiveMQException {
    message.acknowledge();
    HeldTask task = HeldTask.of(message);
    producer.send(Addresses.result(task.key().session()), task.ended(session, status, error));
  }
}
