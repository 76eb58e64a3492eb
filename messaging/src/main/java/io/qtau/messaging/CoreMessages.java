package io.qtau.messaging;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import java.nio.charset.StandardCharsets;
import org.apache.activemq.artemis.api.core.ActiveMQBuffer;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
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
    if (message.getType() == Message.TEXT_TYPE) {
      return text(message).getBytes(StandardCharsets.UTF_8);
    }
    if (message.getType() != Message.BYTES_TYPE && message.getType() != Message.DEFAULT_TYPE) {
      throw new MalformedMessage("the body is neither bytes nor text");
    }
    ActiveMQBuffer buffer = message.getDataBuffer();
    byte[] body = new byte[buffer.readableBytes()];
    buffer.readBytes(body);
    return body;
  }

  /** The body of a JSON message inside the broker. */
  public static byte[] bytes(ICoreMessage message) {
    ActiveMQBuffer buffer = message.getReadOnlyBodyBuffer();
    byte[] body = new byte[buffer.readableBytes()];
    buffer.readBytes(body);
    return body;
  }

  private static String text(ClientMessage message) throws MalformedMessage {
    var text = TextMessageUtil.readBodyText(message.getDataBuffer());
    if (text == null) {
      throw new MalformedMessage("the body is an empty text message");
    }
    return text.toString();
  }

  /** A whole-numbered property of any width, or {@code otherwise} when it is not there. */
  public static long number(Message message, String property, long otherwise) {
    return message.getObjectProperty(property) instanceof Number n ? n.longValue() : otherwise;
  }
}
