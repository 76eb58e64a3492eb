package io.qtau.messaging;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import java.nio.charset.StandardCharsets;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.reader.TextMessageUtil;

/** Bytes into and out of the messages of the core API. */
public final class CoreMessages {
  private CoreMessages() {}

  /** A message that JMS and AMQP clients read as JSON bytes. */
  public static ClientMessage json(ClientSession session, byte[] body, boolean durable) {
    ClientMessage message = session.createMessage(Message.BYTES_TYPE, durable);
    message.getBodyBuffer().writeBytes(body);
    message.putStringProperty(Properties.CONTENT_TYPE, "application/json");
    return message;
  }

  /**
   * The body of a message, whether it came as bytes or as text.
   *
   * @throws MalformedMessage when it is neither
   */
  public static byte[] body(ClientMessage message) throws MalformedMessage {
    return body(message, message.getDataBuffer());
  }

  /** The same of a message inside the broker. */
  public static byte[] stored(ICoreMessage message) throws MalformedMessage {
    return body(message, message.getReadOnlyBodyBuffer());
  }

  private static byte[] body(ICoreMessage message, ActiveMQBuffer buffer) throws MalformedMessage {
    if (message.getType() == Message.TEXT_TYPE) {
      return text(buffer).getBytes(StandardCharsets.UTF_8);
    }
    if (message.getType() != Message.BYTES_TYPE && message.getType() != Message.DEFAULT_TYPE) {
      throw new MalformedMessage("the body is neither bytes nor text");
    }
    byte[] body = new byte[buffer.readableBytes()];
    buffer.readBytes(body);
    return body;
  }

  private static String text(ActiveMQBuffer buffer) throws MalformedMessage {
    try {
      var text = TextMessageUtil.readBodyText(buffer);
      return text == null ? "" : text.toString();
    } catch (RuntimeException e) { // A length that is negative, or beyond the end.
      throw new MalformedMessage("the text of the body cannot be read: " + e.getMessage());
    }
  }

  /**
   * The same JSON message once more, durable, with its properties and its priority.
   *
   * @param without properties that stay behind; the broker's own do, the duplicate id among them
   */
  public static ClientMessage copy(
      ClientSession session, ClientMessage from, byte[] body, Set<String> without) {
    ClientMessage copy = json(session, body, true);
    for (SimpleString name : from.getPropertyNames()) {
      String word = name.toString();
      if (!word.startsWith("_AMQ")
          && !word.startsWith("__AMQ")
          && !name.equals(Expiry.EXPIRES_MS)
          && !without.contains(word)) {
        copy.putObjectProperty(name, from.getObjectProperty(name));
      }
    }
    copy.setPriority(from.getPriority());
    return copy;
  }

  /** A whole-numbered property of any width, or {@code otherwise} when it is not there. */
  public static long number(Message message, String property, long otherwise) {
    return message.getObjectProperty(property) instanceof Number n ? n.longValue() : otherwise;
  }
}
