package io.qtau.agent;

import io.qtau.protocol.Lane;
import io.qtau.protocol.TaskKey;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQNonExistentQueueException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes the tasks of one lane while slots for them are free: one by one from the patient session,
 * or, while the lane's tasks are short, from an eager one that holds a few milliseconds of work
 * ahead.
 */
final class LaneTaker implements Runnable, Origin {
  private static final Logger LOG = LoggerFactory.getLogger(LaneTaker.class);

  /** A task that has no slots may be another agent's. */
  private static final int HOLD_MILLIS = 20;

  /** So long a task waits for slots that are kept for it: somebody else may have them by then. */
  private static final int KEEP_MILLIS = 5_000;

  /** A task that was given back a moment ago is in its lane by then. */
  private static final int GIVEN_BACK_MILLIS = 200;

  /** What an empty pull has left in the client's buffer is there by then. */
  private static final int SOON_MILLIS = 20;

  /** A lane that has had no task for so long is left, so that the broker can remove it. */
  private static final long QUIET_MILLIS = 300_000;

  private static final int LOOK_MILLIS = 500;
  private static final int PASSED_OVER_MILLIS = 50;
  private static final int SHORTEST_WAIT_MILLIS = 1_000;
  private static final int LONGEST_WAIT_MILLIS = 30_000;

  private final Link link;
  private final Lane lane;
  private final Map<String, Integer> named;
  private final Packer packer;
  private final Seat seat;
  private final boolean needsUnits;
  private final RunTimes times = new RunTimes();
  private final long quietNanos =
      TimeUnit.MILLISECONDS.toNanos(Long.getLong("qtau.lane.quiet.ms", QUIET_MILLIS));
  private final EarlyTasks early = new EarlyTasks();
  private final Ahead ahead;
  private Packer.Turn turn = Packer.Turn.WAIT;
  private boolean slotsAsked;
  private boolean justEmpty;

  /** Since when each look has found nothing; 0 = there was none yet, or a task. */
  private long emptySinceNanos;

  private int waitMillis = SHORTEST_WAIT_MILLIS;

  LaneTaker(Link link, Lane lane, Map<String, Integer> named, Packer packer) {
    this.link = link;
    this.lane = lane;
    this.named = named;
    this.packer = packer;
    seat = packer.open(lane, named);
    needsUnits = packer.units().isAnyOf(seat.needs);
    ahead = new Ahead(link, this, packer, seat, times);
  }

  Lane lane() {
    return lane;
  }

  @Override
  public void ran(long micros, int messageBytes) {
    times.add(micros, messageBytes);
  }

  @Override
  public @Nullable Runnable next(Grant left) {
    Delivery next = ahead.next(left);
    return next == null ? null : () -> follow(next, left);
  }

  /** In the thread of whoever has ended: nobody there would know what to do with a failure. */
  private void follow(Delivery next, Grant left) {
    try {
      link.begin(next, left, this);
    } catch (RuntimeException e) {
      link.lost(e);
    }
  }

  @Override
  public void run() {
    boolean left = false;
    try {
      left = serve();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (ActiveMQNonExistentQueueException e) {
      LOG.debug("{} went as this agent came", lane);
      left = true;
    } catch (ActiveMQSecurityException e) {
      // A pilot of its own pool only, or one whose time is over: its connection ends by itself.
      LOG.info("this pilot may not take from {}", lane);
    } catch (Exception e) {
      if (link.isOpen()) { // Else its session may have closed in good order.
        link.lost(e);
      }
    } finally {
      ahead.end();
      packer.close(seat);
      link.closed(lane);
    }
    if (left) { // What was told of it until now was not heard.
      link.openIfUsed(lane, named);
    }
  }

  /** Takes its tasks; true when it was left, false when nothing more is taken at all. */
  private boolean serve() throws ActiveMQException, InterruptedException {
    ClientConsumer consumer = link.patient().consume(lane);
    Pulls patient = new Pulls(consumer);
    while (link.isOpen() && !isQuiet()) {
      // An empty pull may leave a task in the client's buffer, also after we went on ahead.
      if (patient.holdOne()) {
        turn = Packer.Turn.WAIT;
        arrive(patient.next(1), link.patient());
      } else if (ahead.isOpen() || (times.areShort() && !needsUnits)) {
        takeAhead(patient);
      } else {
        take(patient);
      }
    }
    if (!link.isOpen()) {
      return false;
    }
    leave(consumer);
    return true;
  }

  /** Whether it may be left. Its consumer must not be closed while it owns a task that runs. */
  private boolean isQuiet() {
    return emptySinceNanos != 0
        && System.nanoTime() - emptySinceNanos > quietNanos
        && link.mayLeave(lane);
  }

  /** What comes in this moment is back in the lane. */
  private void leave(ClientConsumer consumer) throws ActiveMQException {
    LOG.debug("{} has been empty for long, and is left", lane);
    ahead.leave();
    consumer.close();
  }

  private void take(Pulls patient) throws ActiveMQException, InterruptedException {
    if (!mayLook()) {
      return;
    }
    turn = packer.await(seat, justEmpty ? SOON_MILLIS : LOOK_MILLIS);
    justEmpty = false;
    if (turn == Packer.Turn.UNITS) {
      boolean unused = link.units().acquire(seat.needs, LOOK_MILLIS);
    }
    if (turn == Packer.Turn.WAIT || turn == Packer.Turn.UNITS) {
      return;
    }
    int mostMillis = turn == Packer.Turn.RESERVE ? GIVEN_BACK_MILLIS : waitMillis;
    ClientMessage message = patient.next(mostMillis);
    justEmpty = message == null;
    waitMillis = justEmpty ? Math.min(LONGEST_WAIT_MILLIS, 2 * waitMillis) : SHORTEST_WAIT_MILLIS;
    arrive(message, link.patient());
  }

  private void takeAhead(Pulls patient) throws ActiveMQException, InterruptedException {
    if (!ahead.isOpen()) {
      ahead.open();
    } else if (ahead.step()) {
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

  void arrive(@Nullable ClientMessage message, Intake intake) throws InterruptedException {
    if (message == null) {
      emptySinceNanos = emptySinceNanos == 0 ? System.nanoTime() : emptySinceNanos;
      packer.empty(seat);
      return;
    }
    emptySinceNanos = 0;
    slotsAsked = false;
    long rest = link.arrived(message, intake, this);
    if (rest > 0) {
      packer.empty(seat);
    } else if (!slotsAsked) {
      packer.unused(seat);
    }
    early.pauseIfAllRest(rest);
  }

  /** A new task has come, that may start now. */
  void accept(Delivery delivery) throws InterruptedException {
    if (delivery.intake() == link.patient()) {
      Grant grant = link.isOpen() ? slots(delivery.key()) : null;
      link.begin(delivery, grant, this);
    } else {
      slotsAsked = true;
      ahead.add(delivery);
    }
  }

  /** Slots for the task that has come; null = there are none, and it is for somebody else. */
  private @Nullable Grant slots(TaskKey task) throws InterruptedException {
    slotsAsked = true;
    if (turn != Packer.Turn.RESERVE) {
      Grant grant = packer.came(seat, HOLD_MILLIS);
      if (grant != null || !packer.kept().isPassedBy(seat)) {
        return grant;
      }
    }
    return packer.kept().awaitReserved(seat, task, KEEP_MILLIS);
  }
}
