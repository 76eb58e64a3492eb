package io.qtau.broker;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Tombstone;
import io.qtau.protocol.Tombstones;
import io.qtau.protocol.WireFormat;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.utils.collections.LinkedListIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of cancellations as it lies in its last-value queue. */
final class CancelTable {
  private static final Logger LOG = LoggerFactory.getLogger(CancelTable.class);

  private CancelTable() {}

  static Tombstones read(ActiveMQServer server) {
    Tombstones tombstones = new Tombstones();
    Queue queue = server.locateQueue(Addresses.CANCEL);
    if (queue == null) {
      return tombstones;
    }
    try (LinkedListIterator<MessageReference> references = queue.browserIterator()) {
      while (references.hasNext()) {
        byte[] body = CoreMessages.stored(references.next().getMessage().toCore());
        tombstones.add(WireFormat.decode(body, Tombstone.class));
      }
    } catch (MalformedMessage e) {
      LOG.warn("a record of the table of cancellations cannot be read: {}", e.getMessage());
    }
    return tombstones;
  }
}
