package io.qtau.client;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

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
    try {
      return TableLines.read(
          link.session(),
          Addresses.SESSIONS,
          Properties.RECORD_KEY,
          selector,
          SessionTable::lineOrNull);
    } catch (MalformedMessage e) {
      throw new IllegalStateException("a line that cannot be read is left out", e);
    }
  }

  private static @Nullable SessionRecord lineOrNull(String key, byte[] body) {
    try {
      return WireFormat.decodeSessionRecord(key, body);
    } catch (MalformedMessage e) {
      LOG.log(
          System.Logger.Level.WARNING, "the record {0} cannot be read: {1}", key, e.getMessage());
      return null;
    }
  }

  /** In a LIKE pattern an underscore stands for any character. */
  private static String escape(SessionName session) {
    return session.value().replace("_", "\\_");
  }
}
