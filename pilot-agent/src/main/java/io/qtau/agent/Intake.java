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
  private final Thread settler;
  private volatile int wanted = 1;

  /** How many the settling thread has that waits for more. */
  private volatile int grouped = NONE;

  private volatile boolean closed;
  private volatile boolean retired;
  private int groupLimit;
  private boolean committed;

  /**
   * @param word what its thread is called by
   * @param eager whether tasks are taken ahead of their slots
   * @param failure told once when a commit failed; everything unsettled is back on the broker then
   * @param careful settle in groups of one, to find the result that cannot be settled
   */
  Intake(CoreConnection connection, String word, boolean eager, boolean careful, Failure failure)
      throws ActiveMQException {
    this.eager = eager;
    this.failure = failure;
    session = connection.transacted();
    producer = session.createProducer();
    session.start();
    groupLimit = careful ? 1 : MOST_IN_A_GROUP;
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

  /** Lets nothing more in; it closes by itself when all that it holds is settled. */
  void retire() throws ActiveMQException {
    if (!retired) {
      retired = true;
      session.stop();
      LockSupport.unpark(settler);
    }
  }

  private void settle() {
    List<Settling> group = new ArrayList<>();
    try {
      while (!closed) {
        collect(group);
        if (!group.isEmpty()) {
          awaitMore(group);
          commit(group);
        } else if (retired && held.get() == 0) {
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
    int worthIt = backlog.get() > 0 ? groupLimit : halfOfHeld();
    return Math.min(groupLimit, worthIt) - group.size();
  }

  private void collect(List<Settling> group) {
    group.clear();
    if (committed && finished.isEmpty()) {
      groupLimit = MOST_IN_A_GROUP; // What had made us careful is settled.
    }
    add(group);
  }

  private void add(List<Settling> group) {
    while (group.size() < groupLimit) {
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
    committed = true;
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
