package io.qtau.broker;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.WireFormat;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.core.filter.impl.FilterImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.utils.collections.LinkedListIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The table of sessions as it lies in its last-value queue. */
final class SessionTable {
  private static final Logger LOG = LoggerFactory.getLogger(SessionTable.class);

  /**
   * What is known of one session.
   *
   * @param lastUs when its latest record came, epoch µs
   */
  record Entry(List<SessionRecord> records, long lastUs) {}

  private SessionTable() {}

  static Map<SessionName, Entry> read(ActiveMQServer server) {
    Map<SessionName, Entry> table = new HashMap<>();
    Queue queue = server.locateQueue(Addresses.SESSIONS);
    if (queue == null) {
      return table;
    }
    try (LinkedListIterator<MessageReference> references = queue.browserIterator()) {
      while (references.hasNext()) {
        add(table, references.next().getMessage().toCore());
      }
    }
    return table;
  }

  private static void add(Map<SessionName, Entry> table, ICoreMessage message) {
    try {
      SessionRecord record =
          WireFormat.decodeSessionRecord(
              String.valueOf(message.getObjectProperty(Properties.RECORD_KEY)),
              CoreMessages.stored(message));
      Entry entry = table.getOrDefault(record.session(), new Entry(new ArrayList<>(), 0));
      entry.records().add(record);
      table.put(
          record.session(),
          new Entry(entry.records(), Math.max(entry.lastUs(), stampUs(record, message))));
    } catch (MalformedMessage e) {
      LOG.warn("a record of the table of sessions cannot be read: {}", e.getMessage());
    }
  }

  /** When a record came. One without any stamp counts as new: it must not end its session. */
  private static long stampUs(SessionRecord record, ICoreMessage message) {
    if (message.getIngressTimestamp() != null) {
      return message.getIngressTimestamp() * 1000;
    }
    return record instanceof SessionRecord.Made made
        ? made.created()
        : System.currentTimeMillis() * 1000;
  }

  static boolean has(ActiveMQServer server, String key) {
    Queue queue = server.locateQueue(Addresses.SESSIONS);
    if (queue == null) {
      return false;
    }
    try (LinkedListIterator<MessageReference> references = queue.browserIterator()) {
      while (references.hasNext()) {
        Object found = references.next().getMessage().getObjectProperty(Properties.RECORD_KEY);
        if (found != null && found.toString().equals(key)) {
          return true;
        }
      }
    }
    return false;
  }

  static void remove(ActiveMQServer server, SessionRecord record) throws Exception {
    Queue queue = server.locateQueue(Addresses.SESSIONS);
    if (queue != null) {
      queue.deleteMatchingReferences(
          FilterImpl.createFilter(Properties.RECORD_KEY + " = '" + record.key() + "'"));
    }
  }
}
