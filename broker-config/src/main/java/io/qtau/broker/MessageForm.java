package io.qtau.broker;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.jspecify.annotations.Nullable;

/**
 * What every consumer of QTau can read: scalars as properties, and bytes or text as body. A message
 * of AMQP is turned into one of the core protocol for each consumer; one that cannot be turned
 * would end the connection of each agent that it is given to, so it is tried once at the door.
 */
final class MessageForm {
  private static final long MOST_BYTES = 8 << 20;

  /** Artemis leaves it out when it does not know the kind of an AMQP body: a number, a UUID. */
  private static final String BODY_KIND = "JMS_AMQP_ORIGINAL_ENCODING";

  private MessageForm() {}

  static void check(Message message) throws ActiveMQException {
    // First of all: what follows has the whole of it in memory.
    Refusal.unless(message.getWholeMessageSize() <= MOST_BYTES, "a message has at most 8 MiB");
    checkBody(message instanceof ICoreMessage core ? core : converted(message));
  }

  private static ICoreMessage converted(Message message) throws ActiveMQException {
    for (SimpleString name : message.getPropertyNames()) {
      Refusal.unless(
          isScalar(message.getObjectProperty(name)), "property " + name + " is not a scalar");
    }
    ICoreMessage core;
    try {
      core = message.toCore();
    } catch (RuntimeException e) {
      throw Refusal.of("the message cannot be read: " + e.getMessage());
    }
    Refusal.unless(core.containsProperty(BODY_KIND), "the body is neither bytes nor text");
    return core;
  }

  private static boolean isScalar(@Nullable Object value) {
    return value == null
        || value instanceof Number
        || value instanceof CharSequence
        || value instanceof Boolean
        || value instanceof Character;
  }

  private static void checkBody(ICoreMessage message) throws ActiveMQException {
    switch (message.getType()) {
      case Message.BYTES_TYPE, Message.TEXT_TYPE, Message.DEFAULT_TYPE -> {}
      case Message.MAP_TYPE -> throw notJson("map");
      case Message.STREAM_TYPE -> throw notJson("stream or list");
      case Message.OBJECT_TYPE -> throw notJson("object");
      default -> throw notJson("unknown");
    }
  }

  private static ActiveMQException notJson(String kind) {
    return Refusal.of(kind + " messages are refused; send JSON as bytes or as text");
  }
}
