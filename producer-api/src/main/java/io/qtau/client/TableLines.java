package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.protocol.MalformedMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads the broker's tables: queues that keep the last message of each key. Takes nothing. */
final class TableLines {
  private TableLines() {}

  /** Understands one line. */
  interface Reader<T> {
    /** Null = it is to be left out. */
    @Nullable T read(String key, byte[] body) throws MalformedMessage;
  }

  /**
   * All lines, each key's once.
   *
   * @param session of a started connection
   * @param keyProperty the property that is the table's key
   * @param selector which lines; null = all
   */
  static <T> List<T> read(
      Session session,
      String address,
      String keyProperty,
      @Nullable String selector,
      Reader<T> reader)
      throws JMSException, MalformedMessage {
    // A line that is replaced while the table is read may come twice: the later one counts.
    Map<String, T> lines = new LinkedHashMap<>();
    try (QueueBrowser browser = session.createBrowser(session.createQueue(address), selector)) {
      Enumeration<?> messages = browser.getEnumeration();
      while (messages.hasMoreElements()) {
        Message message = (Message) messages.nextElement();
        String key = String.valueOf(message.getStringProperty(keyProperty));
        T line = reader.read(key, Jms.body(message));
        if (line != null) {
          lines.put(key, line);
        }
      }
    }
    return List.copyOf(lines.values());
  }
}
