package io.qtau.agent;

import io.qtau.protocol.Lane;
import io.qtau.protocol.TaskKey;
import java.util.Map;
import java.util.concurrent.TimeUnit;
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

  /** A task that has no slots may be another agent's. */
  private static final int HOLD_MILLIS = 20;

  /** So long a task waits for slots that are kept for it: somebody else may have them by then. */
  private static final int KEEP_MILLIS = 5_000;

  /** A task that was given back a moment ago is in its lane by then. */
  private static final int GIVEN_BACK_MILLIS = 200;

  /** What an empty pull has left in the client's buffer is there by then. */
  private static final int SOON_MILLIS = 20;

  private static final int LOOK_MILLIS = 500;
  private static final int PASSED_OVER_MILLIS = 50;
  private static final int SHORTEST_AHEAD_MILLIS = 50;
  private static final int LONGEST_AHEAD_MILLIS = 1_000;
  private static final int SHORTEST_WAIT_MILLIS = 1_000;
  private static final int LONGEST_WAIT_MILLIS = 30_000;
  private static final int MOST_AHEAD_BYTES = 64 << 10;

  private final Link link;
  private final Lane lane;
  private final Packer packer;
  private final Seat seat;
  private final RunTimes times = new RunTimes();
  private final EarlyTasks early = new EarlyTasks();
  private Packer.Turn turn = Packer.Turn.WAIT;
  private boolean slotsAsked;
  private boolean justEmpty;
  private int waitMillis = SHORTEST_WAIT_MILLIS;
  private int aheadMillis = SHORTEST_AHEAD_MILLIS;
  private @Nullable Intake ahead;
  private @Nullable ClientConsumer aheadConsumer;

  LaneTaker(Link link, Lane lane, Map<String, Integer> named, Packer packer) {
    this.link = link;
    this.lane = lane;
    this.packer = packer;
    seat = packer.open(lane, named);
  }

  Lane lane() {
    return lane;
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
        if (patient.holdOne()) {
          turn = Packer.Turn.WAIT;
          arrive(patient.next(1), link.patient());
        } else if (ahead != null || times.areShort()) {
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
    } catch (Exception e) {
      if (link.isOpen()) { // Else its session may have closed in good order.
        link.lost(e);
      }
    } finally {
      packer.close(seat);
    }
  }

  private void take(Pulls patient) throws ActiveMQException, InterruptedException {
    if (!mayLook()) {
      return;
    }
    turn = packer.await(seat, justEmpty ? SOON_MILLIS : LOOK_MILLIS);
    justEmpty = false;
    if (turn == Packer.Turn.WAIT) {
      return;
    }
    ClientMessage message = patient.next(turn == Packer.Turn.GO ? waitMillis : GIVEN_BACK_MILLIS);
    justEmpty = message == null;
    waitMillis = justEmpty ? Math.min(LONGEST_WAIT_MILLIS, 2 * waitMillis) : SHORTEST_WAIT_MILLIS;
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
    if (!times.areShort() || !mayLook()) {
      stopAhead(from);
      return;
    }
    if (buffered(consumer) > 0 && !packer.mayBegin(seat, SOON_MILLIS)) {
      stopAhead(from);
      return;
    }
    turn = Packer.Turn.WAIT; // Its slots are taken when it is here.
    ClientMessage message = consumer.receive(aheadMillis);
    boolean none = message == null;
    aheadMillis = none ? Math.min(LONGEST_AHEAD_MILLIS, 2 * aheadMillis) : SHORTEST_AHEAD_MILLIS;
    arrive(message, from);
    if (none) {
      takeUnasked(patient);
    }
  }

  /** What lands there while this thread waits for the eager session would lie until it looks. */
  private void takeUnasked(Pulls patient) throws ActiveMQException, InterruptedException {
    turn = Packer.Turn.WAIT;
    while (patient.mayHoldOne()) {
      arrive(patient.next(1), link.patient());
    }
  }

  private boolean mayLook() throws InterruptedException {
    if (!link.mayLook(lane, seat.needs)) {
      packer.empty(seat); // What lies there is for others.
      TimeUnit.MILLISECONDS.sleep(PASSED_OVER_MILLIS);
      return false;
    }
    return true;
  }

  private void arrive(@Nullable ClientMessage message, Intake intake) throws InterruptedException {
    if (message == null) {
      packer.empty(seat);
      return;
    }
    slotsAsked = false;
    long rest = link.arrived(message, intake, this);
    if (rest > 0) {
      packer.empty(seat);
    } else if (!slotsAsked) {
      packer.unused(seat);
    }
    early.pauseIfAllRest(rest);
  }

  /** Slots for the task that has come; null = there are none, and it is for somebody else. */
  @Nullable Grant slots(TaskKey task) throws InterruptedException {
    slotsAsked = true;
    return turn == Packer.Turn.RESERVE
        ? packer.awaitReserved(seat, task, KEEP_MILLIS)
        : packer.came(seat, HOLD_MILLIS);
  }

  private void open() throws ActiveMQException {
    double share = Math.max(seat.share, 1e-3);
    ahead = link.eager(times.windowBytes(Math.max(1, (int) (1 / share)), MOST_AHEAD_BYTES));
    aheadConsumer = ahead.consume(lane);
  }

  private void stopAhead(Intake from) throws ActiveMQException {
    times.forget();
    from.retire();
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
