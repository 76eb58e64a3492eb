package io.qtau.client;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.MessageProducer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * Takes tasks of the one-core lane and answers each with success, or FAILED when its id begins with
 * "fail", in the transaction of its ack.
 */
final class FakeAgent implements AutoCloseable {
  static final String LANE = "qtau.task.shared.c1";
  private final ConnectionFactory factory;
  private final AtomicBoolean stop = new AtomicBoolean();
  private final Thread thread = new Thread(this::run, "fake-agent");

  FakeAgent(ConnectionFactory factory) {
    this.factory = factory;
    thread.start();
  }

  static TaskResult success(String session, String id) {
    return result(session, id, TaskStatus.SUCCESS);
  }

  private static TaskResult result(String session, String id, TaskStatus status) {
    String json =
        """
        {"session":"%s", "id":"%s", "status":"%s", "kind":"noop", "attempt":1, "milli_cores":1000,
         "stdout":{"text":"hello", "bytes":5}, "timeline":{"submitted":1}}""";
    try {
      return WireFormat.decodeResult(
          json.formatted(session, id, status).getBytes(StandardCharsets.UTF_8));
    } catch (MalformedMessage e) {
      throw new IllegalStateException(e);
    }
  }

  private void run() {
    while (!stop.get()) {
      try (Connection connection = factory.createConnection()) {
        connection.start();
        work(connection.createSession(jakarta.jms.Session.SESSION_TRANSACTED));
      } catch (JMSException | RuntimeException e) {
        pause();
      }
    }
  }

  private static void pause() {
    try {
      Thread.sleep(50);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void work(jakarta.jms.Session jms) throws JMSException {
    MessageConsumer lane = jms.createConsumer(jms.createQueue(LANE));
    MessageProducer producer = jms.createProducer(null);
    while (!stop.get()) {
      List<Message> tasks = new ArrayList<>();
      for (Message m = lane.receive(100);
          m != null;
          m = tasks.size() < 200 ? lane.receiveNoWait() : null) {
        tasks.add(m);
      }
      for (Message task : tasks) {
        answer(jms, producer, task);
      }
      if (!tasks.isEmpty()) {
        jms.commit();
      }
    }
  }

  private static void answer(jakarta.jms.Session jms, MessageProducer producer, Message task)
      throws JMSException {
    String session = task.getStringProperty(Properties.SESSION);
    String id = task.getStringProperty(Properties.ID);
    TaskStatus status = id.startsWith("fail") ? TaskStatus.FAILED : TaskStatus.SUCCESS;
    BytesMessage message = jms.createBytesMessage();
    message.writeBytes(WireFormat.encode(result(session, id, status)));
    message.setStringProperty(Properties.CONTENT_TYPE, "application/json");
    message.setIntProperty(Properties.VERSION, Properties.CURRENT_VERSION);
    message.setStringProperty(Properties.SESSION, session);
    message.setStringProperty(Properties.ID, id);
    message.setIntProperty(Properties.REPLAY, 0);
    message.setStringProperty(Properties.STATUS, status.name());
    message.setStringProperty(Properties.PILOT, "steward");
    message.setStringProperty(Properties.KIND, "noop");
    producer.send(jms.createQueue(Addresses.result(new SessionName(session))), message);
  }

  /** How many messages wait in a queue. */
  static int depth(ConnectionFactory factory, String queue) throws JMSException {
    try (Connection connection = factory.createConnection()) {
      connection.start();
      var jms = connection.createSession(jakarta.jms.Session.AUTO_ACKNOWLEDGE);
      try (var browser = jms.createBrowser(jms.createQueue(queue))) {
        int depth = 0;
        for (var each = browser.getEnumeration(); each.hasMoreElements(); each.nextElement()) {
          depth++;
        }
        return depth;
      }
    }
  }

  @Override
  public void close() throws InterruptedException {
    stop.set(true);
    thread.join(Duration.ofSeconds(5).toMillis());
  }
}
