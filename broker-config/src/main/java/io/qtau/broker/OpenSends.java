package io.qtau.broker;

import io.qtau.protocol.Addresses;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.io.IOCallback;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.TransactionOperationAbstract;
import org.jspecify.annotations.Nullable;

/**
 * What is on its way into queues that go when they are empty, lanes and those of claims: its
 * transaction is open, the disk has not got it yet, or its queue has not counted it. Such a queue
 * counts as empty, and whoever removed it would drop the message that comes a moment later. So it
 * is only let go when nothing is on its way into it, and what is sent to it meanwhile waits until
 * it is gone.
 */
final class OpenSends {
  /** A removal that has not ended by then has failed. */
  private static final long REMOVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long COUNT_SECONDS = 5;
  private static final int GOING = -1;

  private final ActiveMQServer server;

  /** How many are on their way into a queue; {@link #GOING} = it is being removed. */
  private final Map<String, Integer> queues = new ConcurrentHashMap<>();

  OpenSends(ActiveMQServer server) {
    this.server = server;
  }

  private static boolean goes(@Nullable String address) {
    return address != null && (Addresses.isTask(address) || Addresses.isClaim(address));
  }

  /** A message is about to be looked at: before its queue is looked for, or made. */
  void begin(@Nullable String address) throws ActiveMQException {
    if (address == null || !goes(address)) {
      return;
    }
    long end = System.nanoTime() + REMOVAL_NANOS;
    while (queues.merge(address, 1, OpenSends::oneMore) == GOING) {
      if (System.nanoTime() > end) {
        queues.remove(address, GOING);
      }
      rest(address);
    }
  }

  private static int oneMore(int before, int one) {
    return before == GOING ? GOING : before + one;
  }

  private static void rest(String address) throws ActiveMQException {
    try {
      TimeUnit.MILLISECONDS.sleep(1);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new ActiveMQIllegalStateException(address + " went away at this moment; send it again");
    }
  }

  /** It was refused, or could not be routed. */
  void failed(@Nullable String address) {
    if (address != null && goes(address)) {
      end(address);
    }
  }

  private void end(String address) {
    queues.computeIfPresent(address, (key, count) -> count == 1 ? null : oneLess(count));
  }

  private static int oneLess(int before) {
    return before == GOING ? GOING : before - 1;
  }

  /**
   * It was routed: it is in its queue when its transaction has ended, or the disk has it.
   *
   * @param tx null = it has none
   */
  void routed(@Nullable Transaction tx, @Nullable String address) {
    if (address == null || !goes(address)) {
      return;
    }
    Arrival arrival = new Arrival(address);
    if (tx == null) {
      server.getStorageManager().afterCompleteOperations(arrival);
    } else {
      tx.addOperation(arrival); // Behind the one that puts it into the queue.
    }
  }

  /**
   * Refuses to remove a queue that has messages, or that some are on their way into; keeps all
   * others out of it until {@link #removed}.
   */
  void checkRemoval(Queue queue) throws ActiveMQException {
    String name = queue.getName().toString();
    if (!goes(name)) {
      return;
    }
    if (queues.putIfAbsent(name, GOING) != null) {
      throw new Stays(name + " stays: a message is on its way into it");
    }
    if (!hasCounted(queue) || queue.getMessageCount() > 0) {
      removed(queue.getName());
      throw new Stays(name + " stays: it has messages");
    }
  }

  /**
   * Waits until a queue has counted what came a moment ago, which it does in its executor. The
   * broker's own {@code flushExecutor} does not wait for what that has not begun with.
   */
  private static boolean hasCounted(Queue queue) {
    CountDownLatch counted = new CountDownLatch(1);
    queue.getExecutor().execute(counted::countDown);
    try {
      return counted.await(COUNT_SECONDS, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** A queue is gone, or stays after all. */
  void removed(SimpleString queue) {
    queues.remove(queue.toString(), GOING);
  }

  /**
   * A queue is not removed after all. The broker writes it into its log, where a stack would tell
   * nothing.
   */
  static final class Stays extends ActiveMQException {
    private static final long serialVersionUID = 1L;

    Stays(String message) {
      super(message, ActiveMQExceptionType.ILLEGAL_STATE);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /** The end of one message's way. */
  private final class Arrival extends TransactionOperationAbstract implements IOCallback {
    private final String address;

    Arrival(String address) {
      this.address = address;
    }

    @Override
    public void afterCommit(Transaction tx) {
      end(address);
    }

    @Override
    public void afterRollback(Transaction tx) {
      end(address);
    }

    @Override
    public void done() {
      end(address);
    }

    @Override
    public void onError(int code, String message) {
      end(address);
    }
  }
}
