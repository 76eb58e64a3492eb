package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Lane;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.WhenItEnds;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies in the lanes of a pilot that has ended gets a result, or goes to the shared lane of its
 * shape, as the pilot's policy says: each task in the transaction that takes it out.
 */
final class EndedPools {
  private static final Logger LOG = LoggerFactory.getLogger(EndedPools.class);
  private static final int MOST_IN_A_GROUP = 500;
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int WAIT_MILLIS = 200;

  private final ActiveMQServer server;
  private final CoreConnection connection;

  EndedPools(ActiveMQServer server, CoreConnection connection) {
    this.server = server;
    this.connection = connection;
  }

  /** Empties the lanes of pilots. */
  void empty(List<PilotRecord> ended) throws ActiveMQException {
    Map<Pool, PilotRecord> pilots = new HashMap<>();
    ended.forEach(pilot -> pilots.put(Pool.of(pilot.pilot()), pilot));
    if (pilots.isEmpty()) {
      return;
    }
    for (String name : server.getActiveMQServerControl().getQueueNames()) {
      Lane lane = Lane.parse(name).orElse(null);
      PilotRecord pilot = lane == null ? null : pilots.get(lane.pool());
      if (lane != null && pilot != null && !isEmpty(name)) {
        long count = empty(lane, pilot);
        if (count > 0) {
          LOG.info(
              "pilot {} has ended: {} tasks of {} {}",
              pilot.pilot(),
              count,
              lane,
              pilot.whenItEnds() == WhenItEnds.FAIL ? "fail" : "go to the shared lane");
        }
      }
    }
  }

  private boolean isEmpty(String queue) {
    Queue found = server.locateQueue(queue);
    return found == null || found.getMessageCount() == 0;
  }

  private long empty(Lane lane, PilotRecord pilot) throws ActiveMQException {
    wakeResting(lane);
    long count = 0;
    try (ClientSession session = connection.transacted();
        ClientProducer producer = session.createProducer();
        ClientConsumer consumer =
            session.createConsumer(
                SimpleString.of(lane.address()), null, WINDOW_BYTES, -1, false)) {
      session.start();
      ClientMessage task = consumer.receive(WAIT_MILLIS);
      while (task != null) {
        for (int i = 1; task != null; i++) {
          task.acknowledge();
          end(session, producer, task, lane, pilot);
          count++;
          task = i < MOST_IN_A_GROUP ? consumer.receiveImmediate() : null;
        }
        session.commit();
        task = consumer.receive(WAIT_MILLIS);
      }
    }
    return count;
  }

  /** Nobody tries them again. */
  private void wakeResting(Lane lane) throws ActiveMQException {
    Queue queue = server.locateQueue(lane.address());
    if (queue != null && queue.getScheduledCount() > 0) {
      queue.deliverScheduledMessages();
    }
  }

  private static void end(
      ClientSession session,
      ClientProducer producer,
      ClientMessage message,
      Lane lane,
      PilotRecord pilot)
      throws ActiveMQException {
    HeldTask task = HeldTask.of(message);
    if (pilot.whenItEnds() == WhenItEnds.FAIL) {
      producer.send(
          Addresses.result(task.key().session()),
          task.ended(session, TaskStatus.FAILED, error(pilot)));
    } else {
      Lane shared = new Lane(Pool.SHARED, lane.shape(), lane.priority(), lane.suspect());
      producer.send(shared.address(), shared(session, message, task));
    }
  }

  static TaskError error(PilotRecord pilot) {
    return new TaskError(
        "PilotEnded",
        "it was for pilot "
            + pilot.pilot()
            + " alone, which ended at "
            + Instant.EPOCH.plus(pilot.at(), ChronoUnit.MICROS).truncatedTo(ChronoUnit.MILLIS)
            + "; 'pilot start --when-it-ends to-shared' lets other pilots have what is left");
  }

  /** The same task, for everybody. */
  private static ClientMessage shared(ClientSession session, ClientMessage from, HeldTask task)
      throws ActiveMQException {
    ClientMessage copy = CoreMessages.copy(session, from, body(from), Set.of());
    Long stamp = from.getIngressTimestamp();
    copy.putIntProperty(Properties.ATTEMPT, task.attempt());
    copy.putIntProperty(Properties.LOSSES, task.losses());
    copy.putLongProperty(
        Properties.ACCEPTED_US,
        CoreMessages.number(from, Properties.ACCEPTED_US, stamp == null ? 0 : stamp * 1000));
    copy.putStringProperty(Properties.POOL, Pool.SHARED.value());
    copy.setExpiration(from.getExpiration());
    return copy;
  }

  /** A body that nobody can read is rejected by whoever takes the task. */
  private static byte[] body(ClientMessage message) {
    try {
      return CoreMessages.body(message);
    } catch (MalformedMessage neitherBytesNorText) {
      return new byte[0];
    }
  }
}
