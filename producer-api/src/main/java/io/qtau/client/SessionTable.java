package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The broker's table of sessions: a last-value queue, read by browsing it. */
final class SessionTable {
  private static final System.Logger LOG = System.getLogger(SessionTable.class.getName());

  private SessionTable() {}

  /** All records of one session. */
  static List<SessionRecord> of(Link link, SessionName session) throws JMSException {
    return browse(link, "record LIKE '" + escape(session) + "/%' ESCAPE '\\'");
  }

  /** The record of a key. */
  static <T extends SessionRecord> Optional<T> find(Link link, String key, Class<T> type)
      throws JMSException {
    return browse(link, "record = '" + key + "'").stream()
        .filter(type::isInstance)
        .map(type::cast)
        .findFirst();
  }

  /** Puts a record in the place of its predecessor; in a transaction, when that commits. */
  static void put(Link link, SessionRecord line) throws JMSException {
    BytesMessage message = link.json(WireFormat.encode((Record) line));
    message.setStringProperty(Properties.RECORD_KEY, line.key());
    link.send(Addresses.SESSIONS, message, Message.DEFAULT_PRIORITY);
  }

  private static List<SessionRecord> browse(Link link, String selector) throws JMSException {
    // A line that is replaced while the table is read may come twice: the later one counts.
    Map<String, SessionRecord> found = new LinkedHashMap<>();
    try (QueueBrowser browser =
        link.session().createBrowser(link.queue(Addresses.SESSIONS), selector)) {
      Enumeration<?> messages = browser.getEnumeration();
      while (messages.hasMoreElements()) {
        read((Message) messages.nextElement()).ifPresent(line -> found.put(line.key(), line));
      }
    }
    return List.copyOf(found.values());
  }

  private static Optional<SessionRecord> read(Message message) throws JMSException {
    String key = message.getStringProperty(Properties.RECORD_KEY);
    try {
      return Optional.of(WireFormat.decodeSessionRecord(key, Jms.body(message)));
    } catch (MalformedMessage e) {
      LOG.log(
          System.Logger.Level.WARNING, "the record {0} cannot be read: {1}", key, e.getMessage());
      return Optional.empty();
    }
  }

  /** In a LIKE pattern an underscore stands for any character. */
  private static String escape(SessionName session) {
    return session.value().replace("_", "\\_");
  }
}
