package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQNonExistentQueueException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Lanes come and go all the time, and take no task with them. */
class LaneRemovalIT {
  private static final Map<String, String> AT_ONCE =
      Map.of("qtau.lane.empty.ms", "30", "qtau.lane.scan.ms", "1");

  private static final int LANES = 30;
  private static final int SENDERS = 4;
  private static final int TASKS = 400;

  @TempDir Path home;

  @BeforeEach
  void soon() {
    AT_ONCE.forEach(System::setProperty);
  }

  @AfterEach
  void late() {
    AT_ONCE.keySet().forEach(System::clearProperty);
  }

  @Test
  void aLaneThatGoesTakesNoTaskWithIt() throws Exception {
    var settings = new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home));
    ExecutorService threads = Executors.newFixedThreadPool(SENDERS);
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      List<Future<?>> senders = new ArrayList<>();
      for (int sender = 0; sender < SENDERS; sender++) {
        String name = "s" + sender;
        boolean transacted = sender % 2 == 0;
        senders.add(threads.submit(() -> send(connection, name, transacted)));
      }
      Set<String> come = take(connection);
      for (Future<?> sender : senders) {
        sender.get(1, TimeUnit.MINUTES);
      }
      assertThat(come.size()).isEqualTo(SENDERS * TASKS);
    } finally {
      threads.shutdownNow();
    }
  }

  private static String lane(int number) {
    return "qtau.task.shared.c" + (2 + number);
  }

  private static Void send(CoreConnection connection, String name, boolean transacted)
      throws ActiveMQException {
    ClientSession session = transacted ? connection.transacted() : connection.automatic();
    ClientProducer producer = session.createProducer();
    Random random = new Random(name.hashCode());
    for (int i = 0; i < TASKS; i++) {
      String id = "t" + i;
      byte[] body = WireFormat.encode(TaskDescription.of(new Payload.Noop()).id(id).build());
      ClientMessage message = CoreMessages.json(session, body, true);
      message.putIntProperty(Properties.VERSION, 1);
      message.putStringProperty(Properties.SESSION, name);
      message.putStringProperty(Properties.ID, id);
      message.putStringProperty(Properties.KIND, "noop");
      producer.send(lane(random.nextInt(LANES)), message);
      if (transacted) {
        session.commit();
      }
    }
    return null;
  }

  /** As an agent that leaves each lane as soon as it is empty; until nothing comes any more. */
  private static Set<String> take(CoreConnection connection) throws Exception {
    Set<String> come = new HashSet<>();
    ClientSession session = connection.automatic();
    session.start();
    long last = System.nanoTime();
    while (come.size() < SENDERS * TASKS
        && System.nanoTime() - last < TimeUnit.SECONDS.toNanos(20)) {
      for (int lane = 0; lane < LANES; lane++) {
        last = takeAll(session, lane(lane), come) ? System.nanoTime() : last;
      }
    }
    return come;
  }

  private static boolean takeAll(ClientSession session, String lane, Set<String> come)
      throws ActiveMQException {
    int before = come.size();
    try (ClientConsumer consumer = session.createConsumer(lane)) {
      for (ClientMessage task = consumer.receiveImmediate();
          task != null;
          task = consumer.receiveImmediate()) {
        task.acknowledge();
        come.add(
            task.getStringProperty(Properties.SESSION) + task.getStringProperty(Properties.ID));
      }
    } catch (ActiveMQNonExistentQueueException gone) {
      return false;
    }
    return come.size() > before;
  }
}
