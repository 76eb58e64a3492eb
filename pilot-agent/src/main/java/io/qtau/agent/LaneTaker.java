package io.qtau.agent;

import io.qtau.protocol.Lane;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the tasks of one lane while slots for them are free: one by one from the patient session,
 * or, while the lane's tasks are short, from an eager one that holds a few milliseconds of work
 * ahead.
 */
final class LaneTaker implements Runnable {
  private static final Logger LOG = LoggerFactory.getLogger(LaneTaker.class);
  private static final int LOOK_MILLIS = 50;
  private static final int FIRST_MILLIS = 20;
  private static final int WAIT_MILLIS = 1000;
  private static final int MOST_AHEAD_BYTES = 64 << 10;

  private final Link link;
  private final Lane lane;
  private final SlotLedger ledger;
  private final Turns turns;
  private final RunTimes times = new RunTimes();
  private final EarlyTasks early = new EarlyTasks();
  private final int milliCores;
  private @Nullable Intake ahead;
  private @Nullable ClientConsumer aheadConsumer;

  LaneTaker(Link link, Lane lane, SlotLedger ledger, Turns turns) {
    this.link = link;
    this.lane = lane;
    this.ledger = ledger;
    this.turns = turns;
    turns.opened(lane);
    this.milliCores = lane.shape().milliCores();
  }

  RunTimes times() {
    return times;
  }

  @Override
  public void run() {
    try {
      Pulls patient = new Pulls(link.patient().consume(lane));
      while (link.isOpen()) {
        // An empty pull may leave a task in the client's buffer, also after we went on ahead.
        if (!patient.holdOne() && (ahead != null || times.areShort())) {
          takeAhead(patient);
        } else {
          take(patient);
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ActiveMQSecurityException e) {
      // A pilot of its own pool only, or one whose time is over: its connection ends by itself.
      LOG.info("this pilot may not take from {}", lane);
      turns.empty(lane);
    } catch (Exception e) {
      if (link.isOpen()) { // Else its session may have closed in good order.
        link.lost(e);
      }
    }
  }

  private void take(Pulls patient) throws ActiveMQException, InterruptedException {
    // A task can lie in the client's buffer after an empty pull: it must not wait there for a slot.
    if (!mayTake() && !patient.holdOne()) {
      return;
    }
    ClientMessage message = patient.next(FIRST_MILLIS);
    if (message == null) {
      turns.empty(lane); // Nobody waits for what may come some time.
      message = patient.next(WAIT_MILLIS);
    }
    arrive(message, link.patient());
  }

  private void takeAhead(Pulls patient) throws ActiveMQException, InterruptedException {
    Intake from = ahead;
    ClientConsumer consumer = aheadConsumer;
    if (from == null || consumer == null) {
      open();
      return;
    }
    if (from.isRetired()) {
      handBack(from, consumer);
      return;
    }
    if (!mayTake()) {
      if (buffered(consumer) > 0) {
        times.forget();
        from.retire();
      }
      return;
    }
    if (!times.areShort()) {
      times.forget();
      from.retire();
      return;
    }
    ClientMessage message = consumer.receive(LOOK_MILLIS);
    arrive(message, from);
    if (message == null) {
      takeUnasked(patient);
    }
  }

  /** What lands there while this thread waits for the eager session would lie until it looks. */
  private void takeUnasked(Pulls patient) throws ActiveMQException, InterruptedException {
    while (patient.mayHoldOne()) {
      ClientMessage message = patient.next(1);
      if (message != null) {
        arrive(message, link.patient());
      }
    }
  }

  private boolean mayTake() throws InterruptedException {
    if (!link.mayLook(lane)) {
      turns.empty(lane); // What lies there is for others.
      Thread.sleep(LOOK_MILLIS);
      return false;
    }
    return ledger.awaitFree(milliCores, LOOK_MILLIS) && turns.await(lane, LOOK_MILLIS);
  }

  private void arrive(@Nullable ClientMessage message, Intake intake) throws InterruptedException {
    if (message == null) {
      turns.empty(lane);
    } else {
      turns.came(lane);
      early.pauseIfAllRest(link.arrived(message, intake, lane, this));
    }
  }

  private void open() throws ActiveMQException {
    int slots = Math.max(1, ledger.total() / milliCores);
    ahead = link.eager(times.windowBytes(slots, MOST_AHEAD_BYTES));
    aheadConsumer = ahead.consume(lane);
  }

  /** The session is stopped at the broker: what it had sent ahead goes back to the lane. */
  private void handBack(Intake from, ClientConsumer consumer) throws ActiveMQException {
    ((ClientConsumerInternal) consumer).start();
    while (buffered(consumer) > 0) {
      ClientMessage message = consumer.receive(1);
      if (message != null) {
        link.giveBack(message, from, lane);
      }
    }
    ahead = null;
    aheadConsumer = null;
  }

  private static int buffered(ClientConsumer consumer) {
    return ((ClientConsumerInternal) consumer).getBufferSize();
  }
}
