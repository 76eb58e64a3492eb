package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Lane;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;

/** Tasks out of messages; results and copies into them. */
final class TaskMessages {
  private TaskMessages() {}

  /**
   * Reads what a task's message says of it beside its body.
   *
   * @throws MalformedMessage when it does not say which task it is; the guard lets no such one in
   */
  static Delivery read(ClientMessage message, Intake intake, Lane lane, long nowUs)
      throws MalformedMessage {
    try {
      TaskKey key =
          new TaskKey(
              new SessionName(text(message, Properties.SESSION)),
              new TaskId(text(message, Properties.ID)));
      return new Delivery(
          message,
          intake,
          lane,
          key,
          text(message, Properties.KIND),
          (int) CoreMessages.number(message, Properties.ATTEMPT, 1),
          (int) CoreMessages.number(message, Properties.LOSSES, 0),
          (int) CoreMessages.number(message, Properties.REPLAY, 0),
          nowUs,
          CoreMessages.number(message, Properties.ACCEPTED_US, ingressUs(message)),
          CoreMessages.number(message, Properties.SUBMITTED_US, 0),
          body(message));
    } catch (InvalidField e) {
      throw new MalformedMessage(String.valueOf(e.getMessage()));
    }
  }

  private static String text(ClientMessage message, String property) throws MalformedMessage {
    Object value = message.getObjectProperty(property);
    if (value == null) {
      throw new MalformedMessage("property " + property + " is missing");
    }
    return value.toString();
  }

  /** A body that cannot be read is none, and so its task is rejected like one without a body. */
  private static byte[] body(ClientMessage message) {
    try {
      return CoreMessages.body(message);
    } catch (MalformedMessage neitherBytesNorText) {
      return new byte[0];
    }
  }

  private static long ingressUs(ClientMessage message) {
    Long stamp = message.getIngressTimestamp();
    return stamp == null ? 0 : stamp * 1000;
  }

  /** A result on its way to its session. */
  static ClientMessage result(ClientSession session, TaskResult result, byte[] body) {
    ClientMessage message = CoreMessages.json(session, body, true);
    message.putIntProperty(Properties.VERSION, Properties.CURRENT_VERSION);
    message.putStringProperty(Properties.SESSION, result.session().value());
    message.putStringProperty(Properties.ID, result.id().value());
    message.putIntProperty(Properties.REPLAY, result.replay());
    message.putStringProperty(Properties.STATUS, result.status().name());
    message.putStringProperty(Properties.PILOT, String.valueOf(result.pilot()));
    return message;
  }

  static SimpleString resultAddress(SessionName session) {
    return SimpleString.of(Addresses.result(session));
  }

  /** The same task once more, for a lane: its bytes as they came, so that unknown fields stay. */
  static ClientMessage copy(ClientSession session, Delivery delivery, int attempt) {
    ClientMessage copy = CoreMessages.json(session, delivery.body(), true);
    for (SimpleString name : delivery.message().getPropertyNames()) {
      String word = name.toString();
      // The broker's own properties, the duplicate id among them, belong to one message only.
      if (!word.startsWith("_AMQ") && !word.startsWith("__AMQ")) {
        copy.putObjectProperty(name, delivery.message().getObjectProperty(name));
      }
    }
    copy.putIntProperty(Properties.ATTEMPT, attempt);
    copy.putIntProperty(Properties.LOSSES, delivery.losses());
    copy.putIntProperty(Properties.REPLAY, delivery.replay());
    copy.putLongProperty(Properties.ACCEPTED_US, delivery.acceptedUs());
    copy.setPriority(delivery.message().getPriority());
    return copy;
  }

  static byte[] encode(TaskResult result) {
    return WireFormat.encode(result);
  }
}
