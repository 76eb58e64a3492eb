package io.qtau.broker;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.Loss;
import io.qtau.protocol.Losses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.ResultKey;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.Timeline;
import io.qtau.protocol.Tombstones;
import io.qtau.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;

/**
 * A task's message that the steward has in its hands: it goes out once more, or ends with a result.
 */
record HeldTask(ClientMessage message, ResultKey key, String kind, int attempt, int losses) {
  private static final String BY = "steward";
  private static final Set<String> OF_CLAIMS =
      Set.of(Properties.LANE, Properties.DEADLINE_US, Properties.HOST, Properties.STDERR);

  static HeldTask of(ClientMessage message) {
    return new HeldTask(
        message,
        new ResultKey(
            new SessionName(text(message, Properties.SESSION)),
            new TaskId(text(message, Properties.ID)),
            (int) CoreMessages.number(message, Properties.REPLAY, 0)),
        text(message, Properties.KIND),
        (int) CoreMessages.number(message, Properties.ATTEMPT, 1),
        (int) CoreMessages.number(message, Properties.LOSSES, 0));
  }

  private static String text(ClientMessage message, String property) {
    return String.valueOf(message.getObjectProperty(property));
  }

  /** The lane that a claim came from. */
  String laneAddress() {
    return text(message, Properties.LANE);
  }

  /** The same task for its next attempt; its bytes as they came. */
  ClientMessage again(ClientSession session, int newLosses) throws MalformedMessage {
    ClientMessage copy = CoreMessages.copy(session, message, CoreMessages.body(message), OF_CLAIMS);
    copy.putIntProperty(Properties.ATTEMPT, attempt + 1);
    copy.putIntProperty(Properties.LOSSES, newLosses);
    copy.setExpiration(CoreMessages.number(message, Properties.DEADLINE_US, 0) / 1000);
    return copy;
  }

  /** Which agents were lost with it, this one last. */
  Losses lostWith(AgentName agent, long nowUs) {
    Object host = message.getObjectProperty(Properties.HOST);
    Object stderr = message.getObjectProperty(Properties.STDERR);
    return lostBefore()
        .and(
            new Loss(
                attempt,
                agent,
                host == null ? null : host.toString(),
                nowUs,
                stderr == null ? null : LastWords.of(stderr.toString())));
  }

  private Losses lostBefore() {
    Object known = message.getObjectProperty(Properties.LOST_WITH);
    try {
      return known == null
          ? Losses.NONE
          : WireFormat.decode(known.toString().getBytes(StandardCharsets.UTF_8), Losses.class);
    } catch (MalformedMessage e) {
      return Losses.NONE;
    }
  }

  /** Notes on a copy which agents were lost with it. */
  static ClientMessage remember(ClientMessage copy, Losses history) {
    copy.putStringProperty(
        Properties.LOST_WITH, new String(WireFormat.encode(history), StandardCharsets.UTF_8));
    return copy;
  }

  /** Whether it was cancelled after the broker had accepted it. */
  boolean isCanceled(Tombstones tombstones) {
    return !tombstones.isEmpty()
        && tombstones.hit(new TaskKey(key.session(), key.id()), tags(), acceptedUs());
  }

  private Map<String, String> tags() {
    try {
      return WireFormat.decodeTask(CoreMessages.body(message)).tags();
    } catch (MalformedMessage e) {
      return Map.of();
    }
  }

  /** The result of a task that was lost with too many agents; it has the last one's stderr. */
  ClientMessage dead(ClientSession session, int newLosses, Losses history) {
    String where =
        history.losses().stream()
            .map(loss -> "attempt " + loss.attempt() + " on " + loss.agent() + at(loss.host()))
            .collect(Collectors.joining(", "));
    return result(
        session,
        TaskStatus.DEAD,
        newLosses,
        new TaskError(
            "Dead",
            newLosses + " agents vanished while they ran it: " + where + "; 'qtau dead' has it"),
        history.stderr());
  }

  private static String at(@Nullable String host) {
    return host == null ? "" : " (host " + host + ")";
  }

  /** The result of a task that never starts any more. */
  ClientMessage ended(ClientSession session, TaskStatus status, TaskError error) {
    return result(session, status, losses, error, null);
  }

  private ClientMessage result(
      ClientSession session,
      TaskStatus status,
      int newLosses,
      TaskError error,
      @Nullable String stderr) {
    TaskResult result =
        TaskResult.ofBroker(
            key, kind, status, attempt, newLosses, BY, error, LastWords.output(stderr), timeline());
    ClientMessage out = CoreMessages.json(session, WireFormat.encode(result), true);
    out.putIntProperty(Properties.VERSION, Properties.CURRENT_VERSION);
    out.putStringProperty(Properties.SESSION, key.session().value());
    out.putStringProperty(Properties.ID, key.id().value());
    out.putIntProperty(Properties.REPLAY, key.replay());
    out.putStringProperty(Properties.STATUS, status.name());
    out.putStringProperty(Properties.PILOT, BY);
    return out;
  }

  private Timeline timeline() {
    long accepted = acceptedUs();
    long submitted = CoreMessages.number(message, Properties.SUBMITTED_US, 0);
    return new Timeline(
        known(submitted), known(accepted), null, null, null, null, null, null, null);
  }

  private long acceptedUs() {
    Long stamp = message.getIngressTimestamp();
    return CoreMessages.number(message, Properties.ACCEPTED_US, stamp == null ? 0 : stamp * 1000);
  }

  private static @Nullable Long known(long stamp) {
    return stamp == 0 ? null : stamp;
  }
}
