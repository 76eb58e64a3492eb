package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.CancelOrder;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Properties;
import io.qtau.protocol.Tombstone;
import io.qtau.protocol.WireFormat;
import java.time.Duration;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;

/**
 * Cancels tasks: first tombstones, which agents follow, then what waits in lanes is moved to where
 * it is answered. Who comes between the two meets the tombstone.
 */
final class Cancels {
  /** Agents that are away for longer have lost their tasks to others. */
  private static final Duration KEPT = Duration.ofDays(7);

  private static final int MOST_IN_A_TRANSACTION = 500;

  private final ActiveMQServer server;
  private final CoreConnection connection;

  Cancels(ActiveMQServer server, CoreConnection connection) {
    this.server = server;
    this.connection = connection;
  }

  /** How many tasks it took out of their lanes. */
  long obey(CancelOrder order) throws Exception {
    try (ClientSession session = connection.transacted()) {
      ClientProducer producer = session.createProducer(Addresses.CANCEL);
      // The broker's stamps are whole milliseconds: this one is hit too.
      for (Tombstone tombstone : order.tombstones(System.currentTimeMillis() * 1000 + 999)) {
        put(session, producer, tombstone);
      }
      session.commit();
    }
    return sweep(order);
  }

  private static void put(ClientSession session, ClientProducer producer, Tombstone tombstone)
      throws Exception {
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(tombstone), true);
    message.putStringProperty(Properties.TARGET_KEY, tombstone.key());
    message.setExpiration(System.currentTimeMillis() + KEPT.toMillis());
    producer.send(message);
  }

  private long sweep(CancelOrder order) throws Exception {
    CancelFilter filter = new CancelFilter(order);
    long moved = 0;
    for (String name : server.getActiveMQServerControl().getQueueNames()) {
      Queue lane = Lane.parse(name).isPresent() ? server.locateQueue(name) : null;
      if (lane != null) {
        moved +=
            lane.moveReferences(
                MOST_IN_A_TRANSACTION, filter, SimpleString.of(Addresses.CANCELED), false, null);
      }
    }
    return moved;
  }

  /**
   * Ends the rest of cancelled retries: they keep their time when they are moved. A move ends after
   * this thread has gone on, so this is done again and again.
   */
  static void wakeResting(ActiveMQServer server) throws ActiveMQException {
    Queue canceled = server.locateQueue(Addresses.CANCELED);
    if (canceled != null && canceled.getScheduledCount() > 0) {
      canceled.deliverScheduledMessages();
    }
  }
}
