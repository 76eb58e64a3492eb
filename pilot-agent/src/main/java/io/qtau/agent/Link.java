package io.qtau.agent;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.Credential;
import io.qtau.protocol.Lane;
import io.qtau.protocol.MalformedMessage;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One connected life of an agent. Whatever fails ends it as a whole: all deliveries are back in
 * their queues then, and the next link adopts those that come here again.
 */
final class Link implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Link.class);

  private final CoreConnection connection;
  private final ClaimTaker claims;
  private final UnitLink units;
  private final Intake patient;
  private final Attempts attempts;
  private final Admission admission;
  private final Settlement settlement;
  private final Packer packer;
  private final AgentClock clock;
  private final int alone;
  private final Map<Lane, Thread> takers = new ConcurrentHashMap<>();
  private final Semaphore wakes = new Semaphore(0);
  private final CountDownLatch ended = new CountDownLatch(1);
  private @Nullable Intake eager;
  private final AtomicInteger lanesAhead = new AtomicInteger();
  private volatile boolean taking = true;
  private volatile @Nullable Exception cause;

  Link(
      BrokerUrl broker,
      Credential credential,
      Presence presence,
      Attempts attempts,
      Admission admission,
      Settlement settlement,
      Packer packer,
      AgentClock clock,
      int alone)
      throws Exception {
    this.attempts = attempts;
    this.admission = admission;
    this.settlement = settlement;
    this.packer = packer;
    this.clock = clock;
    this.alone = alone;
    connection = CoreConnection.open(broker, credential);
    try {
      connection.onLost(() -> lost(new LinkLost("the connection was lost")));
      // First: what runs here gets its delivery back before anything new begins.
      this.claims = ClaimTaker.open(this, connection, presence, this::unsettled);
      this.claims.start();
      units = UnitLink.open(connection, packer.units());
      patient = new Intake(connection, "patient", false, alone, this::unsettled);
    } catch (Exception e) {
      connection.close();
      throw e;
    }
  }

  CoreConnection connection() {
    return connection;
  }

  UnitLink units() {
    return units;
  }

  Intake patient() {
    return patient;
  }

  /**
   * The session that takes ahead, for one more user, who leaves it; a new one when the last was
   * retired.
   */
  synchronized Intake eager() throws ActiveMQException {
    if (eager == null || !eager.enter()) {
      Intake opened = new Intake(connection, "eager", true, alone, this::unsettled);
      boolean unused = opened.enter();
      eager = opened;
    }
    return eager;
  }

  /** How many lanes take ahead: they share what may be held. */
  AtomicInteger lanesAhead() {
    return lanesAhead;
  }

  /**
   * Begins to take from a lane, if that has not begun.
   *
   * @param named the named resources behind its name
   */
  void open(Lane lane, Map<String, Integer> named) {
    takers.computeIfAbsent(
        lane,
        key -> {
          Thread thread = new Thread(new LaneTaker(this, key, named, packer), "take-" + key);
          thread.setDaemon(true);
          thread.start();
          return thread;
        });
  }

  /** A lane was left; it may be opened again. */
  void closed(Lane lane) {
    takers.remove(lane, Thread.currentThread());
  }

  /** Opens a lane that was left if it has a task by now: nobody says so a second time. */
  void openIfUsed(Lane lane, Map<String, Integer> named) {
    try {
      if (isOpen() && patient.hasTasks(lane)) {
        open(lane, named);
      }
    } catch (ActiveMQException e) {
      if (isOpen()) {
        lost(e);
      }
    }
  }

  /** Whether a lane may be left: none of its tasks runs here, and it is not one that stays. */
  boolean mayLeave(Lane lane) {
    return !lane.equals(LaneWatch.FIRST) && !attempts.runAnyOf(lane);
  }

  /** Whether tasks are taken over it. */
  boolean isOpen() {
    return taking && ended.getCount() > 0;
  }

  /**
   * A task has come: it is adopted, or gets slots and runs, or goes back.
   *
   * @return how many milliseconds too early it came; 0 = it did not
   */
  long arrived(ClientMessage message, Intake intake, LaneTaker taker) throws InterruptedException {
    Delivery delivery = read(message, intake, taker.lane());
    if (delivery == null || attempts.adopt(delivery)) {
      return 0;
    }
    long rest = admission.restMillis(delivery);
    if (rest > 0) {
      settlement.move(delivery, Copy.rest(delivery, rest));
      return rest;
    }
    taker.accept(delivery);
    return 0;
  }

  /**
   * A task begins.
   *
   * @param grant its slots; null = there are none, and it goes back
   */
  void begin(Delivery delivery, @Nullable Grant grant, Origin origin) {
    if (grant != null && taking) {
      attempts.begin(delivery, grant, origin);
      return;
    }
    if (grant != null) { // The slots fell free because what ran in them was given back.
      packer.release(grant);
    }
    admission.returnUnbegun(delivery);
  }

  /** A claim has come: of an attempt that runs or has ended, or of one that may start now. */
  void claimed(ClientMessage message, Intake intake) {
    Delivery delivery = read(message, intake, null);
    if (delivery != null && !attempts.adopt(delivery)) {
      attempts.claimed(delivery);
    }
  }

  /** A task that nobody here has looked at goes back to its lane. */
  void giveBack(ClientMessage message, Intake intake, Lane lane) {
    Delivery delivery = read(message, intake, lane);
    if (delivery != null && !attempts.adopt(delivery)) {
      giveBack(delivery);
    }
  }

  /** As {@link #giveBack(ClientMessage, Intake, Lane)}. */
  void giveBack(Delivery delivery) {
    admission.returnUnbegun(delivery);
  }

  private @Nullable Delivery read(ClientMessage message, Intake intake, @Nullable Lane lane) {
    intake.taken();
    try {
      return TaskMessages.read(message, intake, lane, clock.micros());
    } catch (MalformedMessage e) {
      // The guard lets no such message in: without a session there is nobody to tell.
      LOG.error(
          "a message in {} is not a task and stays unsettled: {}",
          lane == null ? "the claims" : lane,
          e.getMessage());
      return null;
    }
  }

  private void unsettled(Exception why, List<Intake.Settling> group) {
    if (alone > 0 && group.size() == 1 && !LinkLost.is(why)) {
      settlement.refused(group.get(0).delivery().resultKey(), String.valueOf(why.getMessage()));
    }
    lost(why);
  }

  /** Ends this link; the first cause is kept. */
  void lost(Exception why) {
    if (cause == null) {
      cause = why;
    }
    ended.countDown();
    wake();
  }

  @Nullable Exception cause() {
    return cause;
  }

  /** Waits for its end, for {@link #wake}, or so long. */
  void awaitEnd(Duration most) throws InterruptedException {
    if (!hasEnded() && wakes.tryAcquire(most.toMillis(), TimeUnit.MILLISECONDS)) {
      wakes.drainPermits();
    }
  }

  void wake() {
    wakes.release();
  }

  /** How many deliveries are not settled yet. */
  synchronized int unsettled() {
    return patient.held()
        + claims.intake().held()
        + (eager == null || !eager.isOpen() ? 0 : eager.held());
  }

  boolean hasEnded() {
    return ended.getCount() == 0;
  }

  /** Whether a lane is worth a look: its last task could have ended before this agent does. */
  boolean mayLook(Lane lane, Needs needs) {
    return attempts.mayLook(lane, needs);
  }

  /**
   * Takes nothing more. What was sent here and has not begun is back in its lane in a moment: when
   * what these sessions hold has ended or become a claim, they close.
   */
  void stopTaking() throws ActiveMQException {
    taking = false;
    packer.stop();
    patient.retire();
    retireEager();
  }

  private synchronized void retireEager() throws ActiveMQException {
    if (eager != null && eager.isOpen()) {
      eager.retire();
    }
  }

  @Override
  public void close() {
    ended.countDown();
    units.close();
    patient.close();
    closeEager();
    claims.intake().close();
    connection.close();
    takers.values().forEach(Thread::interrupt);
    attempts.linkLost();
  }

  private synchronized void closeEager() {
    if (eager != null) {
      eager.close();
    }
  }
}
