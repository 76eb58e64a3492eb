package io.qtau.client;

import com.github.f4b6a3.ulid.UlidCreator;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import org.jspecify.annotations.Nullable;

/**
 * A task in bytes, the same however often it is sent.
 *
 * @param deadline from when on it may not start; null = it always may
 */
@SuppressWarnings("ArrayRecordComponent") // Nobody compares two of them.
record Outgoing(
    TaskId id,
    String kind,
    String address,
    int priority,
    @Nullable Instant deadline,
    long submittedUs,
    byte[] body) {

  static Outgoing of(TaskDescription task) {
    TaskDescription named = task.id() == null ? task.withId(newId()) : task;
    return new Outgoing(
        named.requireId(),
        named.payload().kind(),
        named.lane().address(),
        named.priority().jms(),
        named.deadline(),
        ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now()),
        WireFormat.encode(named));
  }

  /** 0 would be for ever: what is over already has one more millisecond. */
  private long lifeMs() {
    return deadline == null ? 0 : Math.max(1, Instant.now().until(deadline, ChronoUnit.MILLIS));
  }

  private static TaskId newId() {
    return new TaskId(UlidCreator.getMonotonicUlid().toString());
  }

  void send(Link link, SessionName session) throws JMSException {
    BytesMessage message = link.json(body);
    message.setJMSCorrelationID(id.value());
    message.setIntProperty(Properties.VERSION, Properties.CURRENT_VERSION);
    message.setStringProperty(Properties.SESSION, session.value());
    message.setStringProperty(Properties.ID, id.value());
    message.setStringProperty(Properties.KIND, kind);
    message.setLongProperty(Properties.SUBMITTED_US, submittedUs);
    message.setStringProperty(Properties.DUPLICATE_ID, session + "/" + id);
    link.send(address, message, priority, lifeMs());
  }
}
