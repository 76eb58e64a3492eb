package io.qtau.agent;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.Tombstone;
import io.qtau.protocol.Tombstones;
import io.qtau.protocol.WireFormat;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What of a task is decided before it begins: whether it makes sense, is wanted, and may now. */
final class Admission {
  private static final Logger LOG = LoggerFactory.getLogger(Admission.class);

  private final Tombstones tombstones = new Tombstones();
  private final Settlement settlement;
  private final Results results;
  private final AgentClock clock;
  private final ClockOffset offset;

  Admission(Settlement settlement, Results results, AgentClock clock, ClockOffset offset) {
    this.settlement = settlement;
    this.results = results;
    this.clock = clock;
    this.offset = offset;
  }

  /**
   * Reads a task.
   *
   * @throws MalformedMessage when the body makes no sense, or says otherwise than the properties
   */
  static TaskDescription check(Delivery delivery) throws MalformedMessage {
    TaskDescription task = WireFormat.decodeTask(delivery.body());
    if (task.id() != null && !task.id().equals(delivery.key().id())) {
      throw new MalformedMessage("the body says id " + task.id() + ", the property another");
    }
    if (!task.payload().kind().equals(delivery.kind())) {
      throw new MalformedMessage(
          "the body says kind " + task.payload().kind() + ", the property " + delivery.kind());
    }
    return task;
  }

  /** How long a task has to rest that the broker could not keep until its time; 0 = not at all. */
  long restMillis(Delivery delivery) {
    return Math.max(0, delivery.restsUntilMs() - brokerMillis());
  }

  /** Whether there is nothing left to do of it but to say so, which is done. */
  boolean endsUnbegun(Delivery delivery, TaskDescription task) {
    if (isCanceled(delivery, task)) {
      settlement.finish(delivery, results.canceled(delivery, task));
      return true;
    }
    if (isTooLate(task)) {
      settlement.finish(delivery, results.expired(delivery, task));
      return true;
    }
    return false;
  }

  /** A task that found no slots here goes back to its lane, unless it was cancelled meanwhile. */
  void returnUnbegun(Delivery delivery) {
    try {
      if (!tombstones.isEmpty() && endsUnbegun(delivery, check(delivery))) {
        return;
      }
    } catch (MalformedMessage e) {
      LOG.debug("whoever begins {} says that it makes no sense", delivery.key());
    }
    settlement.move(delivery, Copy.back(delivery, delivery.lane()));
  }

  private boolean isTooLate(TaskDescription task) {
    return task.deadline() != null && task.deadline().toEpochMilli() <= brokerMillis();
  }

  private long brokerMillis() {
    return offset.brokerMicros(clock.micros()) / 1000;
  }

  /** Nothing that it means begins here any more. */
  void cancel(Tombstone tombstone) {
    tombstones.add(tombstone);
  }

  boolean isCanceled(Delivery delivery, TaskDescription task) {
    return tombstones.hit(delivery.key(), task.tags(), delivery.acceptedUs());
  }
}
