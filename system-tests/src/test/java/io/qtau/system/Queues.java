package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.awaitility.Awaitility;

/** Looks into the queues of a site, by the core protocol. */
final class Queues implements AutoCloseable {
  static final String LANE = "qtau.task.shared.c1";
  private static final List<String> LAST_RESORTS =
      List.of("qtau.orphan", "qtau.dead", "qtau.expired", "qtau.canceled");

  private final CoreConnection connection;
  private final ClientSession session;

  Queues(LocalSite site, Path home) throws Exception {
    this(site.url(), home);
  }

  Queues(BrokerUrl url, Path home) throws Exception {
    connection = CoreConnection.open(url, OwnerCredential.obtain(home));
    session = connection.automatic();
  }

  ClientSession session() {
    return session;
  }

  boolean exists(String queue) throws ActiveMQException {
    return session.queueQuery(SimpleString.of(queue)).isExists();
  }

  /** How many messages are in a queue, those being read among them. */
  long depth(String queue) throws ActiveMQException {
    return session.queueQuery(SimpleString.of(queue)).getMessageCount();
  }

  int consumers(String queue) throws ActiveMQException {
    return session.queueQuery(SimpleString.of(queue)).getConsumerCount();
  }

  /** Takes so many results of a session; fails when they do not come. */
  List<TaskResult> results(String sessionName, int count) throws Exception {
    session.start();
    List<TaskResult> results = new ArrayList<>();
    try (ClientConsumer consumer = session.createConsumer("qtau.result." + sessionName)) {
      while (results.size() < count) {
        ClientMessage message = consumer.receive(10_000);
        assertThat(message).as("only %s results have come", results.size()).isNotNull();
        results.add(WireFormat.decodeResult(CoreMessages.body(message)));
        message.acknowledge();
      }
    }
    return results;
  }

  /** Waits until nothing lies in the lane, nor in the session's results, nor where losses go. */
  void awaitEmpty(String sessionName) {
    awaitEmptyQueue(LANE);
    awaitEmptyQueue("qtau.result." + sessionName);
    LAST_RESORTS.forEach(this::awaitEmptyQueue);
  }

  private void awaitEmptyQueue(String queue) {
    Awaitility.await(queue + " is empty").until(() -> depth(queue) == 0);
  }

  @Override
  public void close() throws Exception {
    connection.close();
  }
}
