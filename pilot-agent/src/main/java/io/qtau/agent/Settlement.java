package io.qtau.agent;

import io.qtau.protocol.Properties;
import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskResult;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts an end to deliveries: with a result, or with the same task once more elsewhere. */
final class Settlement {
  private static final Logger LOG = LoggerFactory.getLogger(Settlement.class);

  private final Outbox outbox;
  private final String host;
  private final WorkPlace work;

  /**
   * @param work where attempts have their directories
   */
  Settlement(Outbox outbox, String host, WorkPlace work) {
    this.outbox = outbox;
    this.host = host;
    this.work = work;
  }

  WorkPlace work() {
    return work;
  }

  /** Settles with the ending that is kept for it; false = there is none. */
  boolean settleWithKept(Delivery delivery) {
    Ending kept = outbox.find(delivery.resultKey());
    if (kept == null || !kept.fits(delivery)) {
      return false;
    }
    settle(delivery, kept);
    return true;
  }

  void keep(Ending ending) {
    outbox.keep(ending);
  }

  /** The broker refuses this result alone: a short one that says so takes its place. */
  void refused(ResultKey key, String why) {
    if (outbox.find(key) instanceof Ending.Over over) {
      LOG.error("the result of {} is refused: {}", key, why);
      outbox.keep(new Ending.Over(Results.refused(over.result(), why)));
    }
  }

  void finish(Delivery delivery, TaskResult result) {
    Ending over = new Ending.Over(result);
    outbox.keep(over);
    settle(delivery, over);
  }

  void settle(Delivery delivery, Ending ending) {
    if (ending instanceof Ending.Again again) {
      send(delivery, again.copy(), () -> outbox.settled(ending));
    } else if (ending instanceof Ending.Over over && delivery.intake().isOpen()) {
      Intake intake = delivery.intake();
      TaskResult result = over.result();
      intake.settle(
          new Intake.Settling(
              delivery,
              TaskMessages.resultAddress(result.session()),
              TaskMessages.result(intake.session(), result, TaskMessages.encode(result)),
              () -> outbox.settled(ending)));
    }
  }

  /** Sends the task out once more, in one transaction with its acknowledgement here. */
  void move(Delivery delivery, Copy copy) {
    send(delivery, copy, () -> LOG.debug("{} went to {}", delivery.key(), copy.address()));
  }

  /** Nothing, when the connection is lost: the task comes again, here or elsewhere. */
  void send(Delivery delivery, Copy copy, Runnable known) {
    Intake intake = delivery.intake();
    if (!intake.isOpen()) {
      return;
    }
    ClientMessage message = TaskMessages.copy(intake.session(), delivery, copy);
    if (copy.claim()) {
      message.putStringProperty(Properties.HOST, host);
      message.putStringProperty(
          Properties.STDERR, work.directory(delivery).resolve(CapturedFile.STDERR).toString());
    }
    intake.settle(new Intake.Settling(delivery, SimpleString.of(copy.address()), message, known));
  }
}
