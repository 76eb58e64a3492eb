package io.qtau.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.jspecify.annotations.Nullable;

/**
 * Takes short tasks of one lane before there are slots for them: some milliseconds of work. Whoever
 * ends one of them goes on with the next, in the same slots, and wakes nobody up for that.
 */
final class Ahead {
  /** A task for which no slots fall free may be another agent's. */
  private static final long STUCK_MILLIS = 40;

  /** Lanes that take turns wait for each other, but not so long that a wide one starves. */
  private static final int MOST_PATIENCE = 10;

  private static final int SHORTEST_WAIT_MILLIS = 50;
  private static final int LONGEST_WAIT_MILLIS = 1_000;
  private static final int MOST_BYTES = 64 << 10;
  private static final int LOOK_EVERY = 50;
  private static final int MUCH = 4;

  private final Link link;
  private final LaneTaker taker;
  private final Packer packer;
  private final Seat seat;
  private final RunTimes times;
  private final int slots;
  private final Deque<Delivery> waiting = new ArrayDeque<>();
  private @Nullable Intake intake;
  private @Nullable ClientConsumer consumer;
  private int waitMillis = SHORTEST_WAIT_MILLIS;
  private volatile int room;
  private volatile int lanes = 1;
  private int windowBytes;
  private int steps;
  private long movedNanos;

  Ahead(Link link, LaneTaker taker, Packer packer, Seat seat, RunTimes times) {
    this.link = link;
    this.taker = taker;
    this.packer = packer;
    this.seat = seat;
    this.times = times;
    slots = Math.max(1, (int) (1 / Math.max(seat.share, 1e-3)));
  }

  /** Whether tasks are taken ahead. */
  boolean isOpen() {
    return intake != null;
  }

  void open() throws ActiveMQException {
    Intake opened = link.eager();
    lanes = link.lanesAhead().incrementAndGet();
    windowBytes = times.windowBytes(slots, lanes, MOST_BYTES);
    consumer = opened.consume(taker.lane().address(), windowBytes);
    moved();
    synchronized (waiting) {
      intake = opened;
    }
  }

  /**
   * Takes, begins, waits a little, or ends taking ahead; whether nothing came that was waited for.
   */
  boolean step() throws ActiveMQException, InterruptedException {
    Intake from = intake;
    ClientConsumer source = consumer;
    if (from == null || source == null) {
      return false;
    }
    if (from.isRetired()) {
      handBack(from, source);
      return false;
    }
    if (!times.areStillShort() || !link.mayLook(taker.lane(), seat.needs)) {
      stop(from);
      return false;
    }
    if (isTooNarrow()) {
      from.retire();
      return false;
    }
    lanes = Math.max(1, link.lanesAhead().get());
    room = times.mostAhead(slots, lanes);
    int here = size();
    if (here >= room || (here > 0 && buffered(source) == 0)) {
      beginOrWait(from);
      return false;
    }
    return !receive(from, source, here == 0 ? waitMillis : 1);
  }

  /** A window that was made when the first tasks were slow would keep all others waiting. */
  private boolean isTooNarrow() {
    return ++steps % LOOK_EVERY == 0
        && times.windowBytes(slots, lanes, MOST_BYTES) > MUCH * windowBytes;
  }

  private boolean receive(Intake from, ClientConsumer source, int mostMillis)
      throws ActiveMQException, InterruptedException {
    ClientMessage message = source.receive(mostMillis);
    boolean none = message == null;
    waitMillis = none ? Math.min(LONGEST_WAIT_MILLIS, 2 * waitMillis) : SHORTEST_WAIT_MILLIS;
    taker.arrive(message, from);
    begin();
    return !none;
  }

  /** A task has come. */
  void add(Delivery delivery) {
    synchronized (waiting) {
      if (waiting.isEmpty()) {
        moved();
      }
      waiting.add(delivery);
      delivery.intake().waits();
    }
  }

  private void beginOrWait(Intake from) throws ActiveMQException, InterruptedException {
    if (packer.mayBegin(seat, STUCK_MILLIS)) {
      begin();
    } else if (isStuck()) {
      stop(from);
    }
  }

  /** Begins those for which there are slots. */
  private void begin() throws InterruptedException {
    for (Delivery first = poll(); first != null; first = poll()) {
      Grant grant = packer.mayBegin(seat, 0) ? packer.came(seat, 0) : null;
      if (grant == null) {
        putBack(first);
        return;
      }
      moved();
      link.begin(first, grant, taker);
    }
  }

  /** The next one, for whoever leaves slots; null = there is none, or it is others' turn. */
  @Nullable Delivery next(Grant left) {
    if (!link.isOpen() || !left.needs().equals(seat.needs)) {
      return null;
    }
    Delivery next = poll();
    if (next == null) {
      return null;
    }
    if (!packer.goesOn(seat)) {
      putBack(next);
      return null;
    }
    moved();
    int here = size();
    if (here == 0 || here == room / 2) {
      packer.nudge(seat);
    }
    return next;
  }

  private @Nullable Delivery poll() {
    synchronized (waiting) {
      Intake from = intake;
      if (from == null || from.isRetired()) {
        return null; // Those that are here go back.
      }
      return pollAny();
    }
  }

  private @Nullable Delivery pollAny() {
    synchronized (waiting) {
      Delivery first = waiting.poll();
      if (first != null) {
        first.intake().waitsNoMore();
      }
      return first;
    }
  }

  private void putBack(Delivery first) {
    synchronized (waiting) {
      if (intake != null) {
        waiting.addFirst(first);
        first.intake().waits();
        return;
      }
    }
    link.giveBack(first);
  }

  private int size() {
    synchronized (waiting) {
      return waiting.size();
    }
  }

  private void moved() {
    synchronized (waiting) {
      movedNanos = System.nanoTime();
    }
  }

  private boolean isStuck() {
    synchronized (waiting) {
      return !waiting.isEmpty()
          && System.nanoTime() - movedNanos
              > TimeUnit.MILLISECONDS.toNanos(STUCK_MILLIS * Math.min(lanes, MOST_PATIENCE));
    }
  }

  private void stop(Intake from) throws ActiveMQException {
    times.forget();
    from.retire();
  }

  /** The session is stopped at the broker: what it had sent ahead goes back to the lane. */
  private void handBack(Intake from, ClientConsumer source) throws ActiveMQException {
    giveBack();
    ((ClientConsumerInternal) source).start();
    while (buffered(source) > 0) {
      ClientMessage message = source.receive(1);
      if (message != null) {
        link.giveBack(message, from, taker.lane());
      }
    }
    closed();
    giveBack(); // Some may have been put back meanwhile.
    from.leave();
  }

  /** Closes this lane's consumer; the session is that of other lanes, too. */
  void leave() throws ActiveMQException {
    Intake from = intake;
    ClientConsumer source = consumer;
    if (from != null && source != null) {
      closed();
      source.close();
      from.leave();
    }
  }

  /**
   * Nothing more is taken from this lane. What the broker has sent ahead goes back when the session
   * closes, which waits for this.
   */
  void end() {
    Intake from = intake;
    if (from != null) {
      closed();
      from.leave();
    }
    giveBack();
  }

  private void closed() {
    consumer = null;
    link.lanesAhead().decrementAndGet();
    synchronized (waiting) {
      intake = null;
    }
  }

  /** What waits here goes back to the lane. */
  private void giveBack() {
    while (true) {
      Delivery first = pollAny();
      if (first == null) {
        return;
      }
      link.giveBack(first);
    }
  }

  private static int buffered(ClientConsumer consumer) {
    return ((ClientConsumerInternal) consumer).getBufferSize();
  }
}
