package io.qtau.agent;

import io.qtau.messaging.CoreConnection;
import io.qtau.protocol.Lane;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One transacted session that takes and settles. Its thread alone acknowledges, sends and commits:
 * what is finished while a commit is on its way goes into the next one, so that under load hundreds
 * share one sync of the journal, and alone one waits for nobody.
 */
final class Intake implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Intake.class);
  private static final int MOST_IN_A_GROUP = 1000;
  private static final int NONE = Integer.MIN_VALUE / 2;
  private static final long MOST_WAIT_NANOS = 25_000_000;

  /** What ends a delivery: messages that go out in the transaction of its acknowledgement. */
  record Settling(Delivery delivery, SimpleString address, ClientMessage message, Runnable known) {}

  /** Hears that a group could not be committed. */
  interface Failure {
    void accept(Exception why, List<Settling> group);
  }

  private final ClientSession session;
  private final ClientProducer producer;
  private final boolean eager;
  private final Failure failure;
  private final ConcurrentLinkedQueue<Settling> finished = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicInteger backlog = new AtomicInteger();
  private final AtomicInteger users = new AtomicInteger();
  private final Thread settler;
  private volatile int wanted = 1;

  /** How many the settling thread has that waits for more. */
  private volatile int grouped = NONE;

  private volatile boolean closed;
  private boolean letsNobodyIn;
  private volatile boolean retired;

  /** So many are settled one by one. */
  private int alone;

  /**
   * @param word what its thread is called by
   * @param eager whether tasks are taken ahead of their slots
   * @param failure told once when a commit failed; everything unsettled is back on the broker then
   * @param alone settle so many in groups of one, to find the result that cannot be settled
   */
  Intake(CoreConnection connection, String word, boolean eager, int alone, Failure failure)
      throws ActiveMQException {
    this.eager = eager;
    this.failure = failure;
    session = connection.transacted();
    producer = session.createProducer();
    session.start();
    this.alone = alone;
    settler = new Thread(this::settle, "settle-" + word);
    settler.setDaemon(true);
    settler.start();
  }

  /** Takes from a lane: one message per request. */
  ClientConsumer consume(Lane lane) throws ActiveMQException {
    return consume(lane.address(), 0);
  }

  /**
   * Takes from a queue.
   *
   * @param windowBytes how much the broker may send ahead; 0 = one message per request
   */
  ClientConsumer consume(String queue, int windowBytes) throws ActiveMQException {
    return session.createConsumer(SimpleString.of(queue), null, windowBytes, -1, false);
  }

  /** Whether a lane is there and not empty. */
  boolean hasTasks(Lane lane) throws ActiveMQException {
    return session.queueQuery(SimpleString.of(lane.address())).getMessageCount() > 0;
  }

  ClientSession session() {
    return session;
  }

  boolean isOpen() {
    return !closed;
  }

  boolean isRetired() {
    return retired;
  }

  int held() {
    return held.get();
  }

  /**
   * Counts in somebody with a consumer here, until {@link #leave}: it stays open for all of them.
   * False when nothing more is let in.
   */
  synchronized boolean enter() {
    if (closed || letsNobodyIn) {
      return false;
    }
    users.incrementAndGet();
    return true;
  }

  /** Counts it out: its consumer is closed, or has nothing left to give back. */
  void leave() {
    users.decrementAndGet();
  }

  /** Counts a delivery in; each is settled later or lost with the session. */
  void taken() {
    held.incrementAndGet();
  }

  /** One more of what is held waits for its turn. */
  void waits() {
    backlog.incrementAndGet();
  }

  /** One less does. With the last one, what has ended may be worth a transaction as it is. */
  void waitsNoMore() {
    if (backlog.decrementAndGet() == 0 && grouped + waiting.get() >= halfOfHeld()) {
      LockSupport.unpark(settler);
    }
  }

  private int halfOfHeld() {
    return (held.get() + 1) / 2;
  }

  void settle(Settling settling) {
    finished.add(settling);
    if (waiting.incrementAndGet() >= wanted) {
      LockSupport.unpark(settler);
    }
  }

  /**
   * Lets nothing more in; it closes by itself when all that it holds is settled, and all that use
   * it have left.
   */
  void retire() throws ActiveMQException {
    if (letNobodyIn()) {
      session.stop();
      retired = true; // All that was on its way has come.
      LockSupport.unpark(settler);
    }
  }

  private synchronized boolean letNobodyIn() {
    boolean first = !letsNobodyIn;
    letsNobodyIn = true;
    return first;
  }

  private void settle() {
    List<Settling> group = new ArrayList<>();
    try {
      while (!closed) {
        collect(group);
        if (!group.isEmpty()) {
          awaitMore(group);
          commit(group);
        } else if (retired && users.get() == 0 && held.get() == 0) {
          close();
        } else {
          LockSupport.parkNanos(this, retired ? 10_000_000L : 1_000_000_000L);
        }
      }
    } catch (Exception e) {
      if (!closed) {
        failure.accept(e, group);
      }
    }
  }

  /**
   * While tasks are taken ahead there are always some that end in a moment: a transaction for many
   * costs little more than one for each. What nobody works for behind it waits for half of what is
   * held; what is alone waits for nobody.
   */
  private void awaitMore(List<Settling> group) {
    if (!eager) {
      return;
    }
    long end = System.nanoTime() + MOST_WAIT_NANOS;
    long left = MOST_WAIT_NANOS;
    int lacking = lacking(group);
    while (lacking > 0 && left > 0 && !closed) {
      wanted = lacking;
      grouped = group.size();
      if (waiting.get() < lacking) {
        LockSupport.parkNanos(this, left);
      }
      wanted = 1;
      grouped = NONE;
      add(group);
      lacking = lacking(group);
      left = end - System.nanoTime();
    }
  }

  private int lacking(List<Settling> group) {
    int most = mostInAGroup();
    int worthIt = backlog.get() > 0 ? most : halfOfHeld();
    return Math.min(most, worthIt) - group.size();
  }

  private void collect(List<Settling> group) {
    group.clear();
    add(group);
  }

  private int mostInAGroup() {
    return alone > 0 ? 1 : MOST_IN_A_GROUP;
  }

  private void add(List<Settling> group) {
    while (group.size() < mostInAGroup()) {
      Settling next = finished.poll();
      if (next == null) {
        return;
      }
      waiting.decrementAndGet();
      group.add(next);
    }
  }

  private void commit(List<Settling> group) throws ActiveMQException {
    for (Settling one : group) {
      producer.send(one.address(), one.message());
      one.delivery().message().individualAcknowledge();
    }
    session.commit();
    alone = Math.max(0, alone - 1);
    for (Settling one : group) {
      held.decrementAndGet();
      one.known().run();
    }
  }

  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    LockSupport.unpark(settler);
    try {
      session.close();
    } catch (ActiveMQException e) {
      LOG.debug("closing a session of a lost connection", e);
    }
  }
}
