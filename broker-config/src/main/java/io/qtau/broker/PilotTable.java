package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.utils.collections.LinkedListIterator;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of pilots: as it lies in its last-value queue, and the same in memory. */
final class PilotTable {
  private static final Logger LOG = LoggerFactory.getLogger(PilotTable.class);

  /** So long a task that is sent to a pilot that has ended is answered; later it waits. */
  static final Duration KEPT = Duration.ofDays(7);

  private final Map<PilotName, PilotRecord> pilots = new HashMap<>();
  private final ClientSession session;
  private final ClientProducer producer;

  PilotTable(ActiveMQServer server, CoreConnection connection) throws ActiveMQException {
    session = connection.automatic();
    producer = session.createProducer(Addresses.PILOTS);
    read(server);
  }

  private void read(ActiveMQServer server) {
    Queue queue = server.locateQueue(Addresses.PILOTS);
    if (queue == null) {
      return;
    }
    try (LinkedListIterator<MessageReference> references = queue.browserIterator()) {
      while (references.hasNext()) {
        add(references.next().getMessage().toCore());
      }
    }
  }

  private void add(ICoreMessage message) {
    try {
      PilotRecord pilot = WireFormat.decode(CoreMessages.stored(message), PilotRecord.class);
      pilots.put(pilot.pilot(), pilot);
    } catch (MalformedMessage e) {
      LOG.warn("a record of the table of pilots cannot be read: {}", e.getMessage());
    }
  }

  @Nullable PilotRecord get(PilotName pilot) {
    return pilots.get(pilot);
  }

  List<PilotRecord> all() {
    return List.copyOf(pilots.values());
  }

  /** On return it is on disk, and on its way to the pilot's agents. */
  void put(PilotRecord pilot) throws ActiveMQException {
    if (pilot.equals(pilots.get(pilot.pilot()))) {
      return;
    }
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(pilot), true);
    message.putStringProperty(Properties.PILOT_KEY, pilot.pilot().value());
    if (pilot.standing() == PilotStanding.ENDED) {
      message.setExpiration(System.currentTimeMillis() + KEPT.toMillis());
    }
    producer.send(message);
    pilots.put(pilot.pilot(), pilot);
  }

  /** Forgets those that ended so long ago that the broker has dropped their lines. */
  void forgetOld(long nowUs) {
    pilots
        .values()
        .removeIf(
            pilot ->
                pilot.standing() == PilotStanding.ENDED
                    && nowUs - pilot.at() > KEPT.toNanos() / 1000);
  }
}
