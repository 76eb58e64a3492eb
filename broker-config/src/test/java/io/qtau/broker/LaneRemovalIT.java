package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.Queue;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Empty lanes are removed, as the broker does it by itself, and take no task with them. */
class LaneRemovalIT {
  private static final String LANE = "qtau.task.shared.c3";

  @TempDir Path home;
  private EmbeddedBroker broker;
  private CoreConnection connection;

  @BeforeEach
  void start() throws Exception {
    var settings = new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home));
    broker = EmbeddedBroker.start(settings);
    connection = CoreConnection.open(broker.url(), settings.owner());
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    broker.close();
  }

  /** With the arguments of the broker's own reaper. */
  private void remove() throws Exception {
    broker.server().destroyQueue(SimpleString.of(LANE), null, true, false, false, true);
  }

  private static void send(ClientSession session, String id) throws Exception {
    byte[] body = WireFormat.encode(TaskDescription.of(new Payload.Noop()).id(id).build());
    ClientMessage message = CoreMessages.json(session, body, true);
    message.putIntProperty(Properties.VERSION, 1);
    message.putStringProperty(Properties.SESSION, "s");
    message.putStringProperty(Properties.ID, id);
    message.putStringProperty(Properties.KIND, "noop");
    session.createProducer(LANE).send(message);
  }

  private void assertTaken(String id) throws Exception {
    ClientSession session = connection.automatic();
    session.start();
    try (ClientConsumer consumer = session.createConsumer(LANE)) {
      ClientMessage task = consumer.receive(TimeUnit.SECONDS.toMillis(10));
      assertThat(task).isNotNull();
      assertThat(task.getStringProperty(Properties.ID)).isEqualTo(id);
      task.acknowledge();
    }
    session.close(); // With its acknowledgement.
  }

  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aTaskThatItsLaneHasNotCountedYetIsNotRemovedWithIt(boolean transacted) throws Exception {
    ClientSession session = transacted ? connection.transacted() : connection.automatic();
    send(session, "first");
    session.commit();
    assertTaken("first");
    Queue lane = broker.server().locateQueue(LANE);
    CountDownLatch slow = new CountDownLatch(1);
    lane.getExecutor()
        .execute(
            () -> {
              try {
                assertThat(slow.await(1, TimeUnit.MINUTES)).isTrue();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              }
            });
    try {
      send(session, "second");
      session.commit();
      assertThat(lane.getMessageCount()).as("what it has counted").isZero();
      assertThatThrownBy(this::remove).hasMessageContaining(LANE + " stays");
    } finally {
      slow.countDown();
    }
    assertTaken("second");
    session.close();
  }

  @Test
  void aLaneWhoseTransactionIsOpenStaysAndOneThatIsEmptyGoes() throws Exception {
    ClientSession session = connection.transacted();
    send(session, "first"); // Nobody waits for what a transaction sends.
    Awaitility.await("it has come").until(() -> broker.server().locateQueue(LANE) != null);
    assertThatThrownBy(this::remove).hasMessageContaining(LANE + " stays");
    session.rollback();
    remove();
    assertThat(broker.server().locateQueue(LANE)).isNull();
    send(session, "second");
    session.commit();
    assertTaken("second");
    session.close();
  }

  /** Its session has a transaction of its own, for acknowledgements, that never ends. */
  @Test
  void aLaneThatWasSentToOutsideOfATransactionGoes() throws Exception {
    ClientSession session = connection.automatic();
    send(session, "first");
    assertTaken("first");
    remove();
    assertThat(broker.server().locateQueue(LANE)).isNull();
    session.close();
  }
}
