package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Expiry;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Lane;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;
import java.util.Objects;
import java.util.Set;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;

/** Tasks out of messages; results and copies into them. */
final class TaskMessages {
  private static final Set<String> OF_CLAIMS =
      Set.of(
          Properties.LANE,
          Properties.DEADLINE_US,
          Properties.HOST,
          Properties.STDERR,
          Properties.NOT_BEFORE_US,
          Properties.RESTS_IN_LANE);

  private TaskMessages() {}

  /**
   * Reads what a task's message says of it beside its body.
   *
   * @param lane where it waited; null when it is a claim
   * @throws MalformedMessage when it does not say which task it is; the guard lets no such one in
   */
  static Delivery read(ClientMessage message, Intake intake, @Nullable Lane lane, long nowUs)
      throws MalformedMessage {
    boolean claimed = lane == null;
    try {
      TaskKey key =
          new TaskKey(
              new SessionName(text(message, Properties.SESSION)),
              new TaskId(text(message, Properties.ID)));
      return new Delivery(
          message,
          intake,
          claimed ? laneOf(message) : Objects.requireNonNull(lane),
          claimed,
          message.getDeliveryCount() > 1
              || Boolean.TRUE.equals(message.getObjectProperty(Properties.CLAIM_FIRST)),
          key,
          text(message, Properties.KIND),
          (int) CoreMessages.number(message, Properties.ATTEMPT, 1),
          (int) CoreMessages.number(message, Properties.FAILURES, 0),
          (int) CoreMessages.number(message, Properties.LOSSES, 0),
          (int) CoreMessages.number(message, Properties.REPLAY, 0),
          restsUntilMs(message),
          nowUs,
          CoreMessages.number(message, Properties.ACCEPTED_US, ingressUs(message)),
          CoreMessages.number(message, Properties.SUBMITTED_US, 0),
          body(message));
    } catch (InvalidField e) {
      throw new MalformedMessage(String.valueOf(e.getMessage()));
    }
  }

  /**
   * The lane that a task belongs into: of the pool that it names, or the shared one since that
   * pilot has ended.
   */
  static Lane laneFor(Delivery delivery, TaskDescription task) {
    Lane own = task.lane();
    boolean shared =
        Pool.SHARED.value().equals(text(delivery.message().getObjectProperty(Properties.POOL)));
    Pool pool = shared ? Pool.SHARED : own.pool();
    return new Lane(pool, own.shape(), own.priority(), false).after(delivery.losses());
  }

  private static String text(@Nullable Object value) {
    return String.valueOf(value);
  }

  private static Lane laneOf(ClientMessage claim) throws MalformedMessage {
    String lane = text(claim, Properties.LANE);
    return Lane.parse(lane)
        .orElseThrow(() -> new MalformedMessage("'" + lane + "' is not the name of a lane"));
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

  private static long restsUntilMs(ClientMessage message) {
    return message.containsProperty(Properties.RESTS_IN_LANE)
        ? CoreMessages.number(message, Properties.NOT_BEFORE_US, 0) / 1000
        : 0;
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

  /** The same task once more: its bytes as they came, so that unknown fields stay. */
  static ClientMessage copy(ClientSession session, Delivery delivery, Copy how) {
    ClientMessage from = delivery.message();
    ClientMessage copy = CoreMessages.copy(session, from, delivery.body(), OF_CLAIMS);
    copy.putIntProperty(Properties.ATTEMPT, how.attempt());
    copy.putIntProperty(Properties.FAILURES, how.failures());
    copy.putIntProperty(Properties.LOSSES, delivery.losses());
    copy.putIntProperty(Properties.REPLAY, delivery.replay());
    copy.putLongProperty(Properties.ACCEPTED_US, delivery.acceptedUs());
    if (delivery.claimFirst()) {
      copy.putBooleanProperty(Properties.CLAIM_FIRST, true);
    }
    if (how.restMillis() > 0) {
      copy.putLongProperty(Properties.REST_MS, how.restMillis());
    }
    long deadlineMs =
        delivery.claimed()
            ? CoreMessages.number(from, Properties.DEADLINE_US, 0) / 1000
            : Expiry.of(from);
    if (how.claim()) {
      // A claim runs already: it must not expire.
      copy.putStringProperty(Properties.LANE, delivery.lane().address());
      copy.putLongProperty(Properties.DEADLINE_US, deadlineMs * 1000);
    } else {
      copy.setExpiration(deadlineMs);
    }
    return copy;
  }

  static byte[] encode(TaskResult result) {
    return WireFormat.encode(result);
  }
}
