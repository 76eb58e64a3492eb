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
 * The tasks that are on their way into their lanes: their transactions are open, the disk has not
 * got them yet, or their lane has not counted them. Such a lane counts as empty, and the broker
 * would remove it and drop the task that comes a moment later. So a lane is only let go when
 * nothing is on its way into it, and what is sent to it meanwhile waits until it is gone.
 */
final class OpenSends {
  /** A removal that has not ended by then has failed. */
  private static final long REMOVAL_NANOS = TimeUnit.SECONDS.toNanos(10);

  private static final long COUNT_SECONDS = 5;
  private static final int GOING = -1;

  private final ActiveMQServer server;

  /** How many tasks are on their way into a lane; {@link #GOING} = it is being removed. */
  private final Map<String, Integer> lanes = new ConcurrentHashMap<>();

  OpenSends(ActiveMQServer server) {
    this.server = server;
  }

  /** A message is about to be looked at: before its lane is looked for, or made. */
  void begin(@Nullable String address) throws ActiveMQException {
    if (address == null || !Addresses.isTask(address)) {
      return;
    }
    long end = System.nanoTime() + REMOVAL_NANOS;
    while (lanes.merge(address, 1, OpenSends::oneMore) == GOING) {
      if (System.nanoTime() > end) {
        lanes.remove(address, GOING);
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
    if (address != null && Addresses.isTask(address)) {
      end(address);
    }
  }

  private void end(String lane) {
    lanes.computeIfPresent(lane, (key, count) -> count == 1 ? null : oneLess(count));
  }

  private static int oneLess(int before) {
    return before == GOING ? GOING : before - 1;
  }

  /**
   * It was routed: it is in its lane when its transaction has ended, or the disk has it.
   *
   * @param tx null = it has none
   */
  void routed(@Nullable Transaction tx, @Nullable String address) {
    if (address == null || !Addresses.isTask(address)) {
      return;
    }
    Arrival arrival = new Arrival(address);
    if (tx == null) {
      server.getStorageManager().afterCompleteOperations(arrival);
    } else {
      tx.addOperation(arrival); // Behind the one that puts it into the lane.
    }
  }

  /**
   * Refuses to remove a lane that has tasks, or that some are on their way into; keeps all others
   * out of it until {@link #removed}.
   */
  void checkRemoval(Queue queue) throws ActiveMQException {
    String lane = queue.getName().toString();
    if (!Addresses.isTask(lane)) {
      return;
    }
    if (lanes.putIfAbsent(lane, GOING) != null) {
      throw new Stays(lane + " stays: a task is on its way into it");
    }
    if (!hasCounted(queue) || queue.getMessageCount() > 0) {
      removed(queue.getName());
      throw new Stays(lane + " stays: it has a task");
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
    lanes.remove(queue.toString(), GOING);
  }

  /** The broker writes it into its log, where a stack would tell nothing. */
  private static final class Stays extends ActiveMQException {
    private static final long serialVersionUID = 1L;

    Stays(String message) {
      super(message, ActiveMQExceptionType.ILLEGAL_STATE);
    }

    @Override
    public synchronized Throwable fillInStackTrace() {
      return this;
    }
  }

  /** The end of one task's way. */
  private final class Arrival extends TransactionOperationAbstract implements IOCallback {
    private final String lane;

    Arrival(String lane) {
      this.lane = lane;
    }

    @Override
    public void afterCommit(Transaction tx) {
      end(lane);
    }

    @Override
    public void afterRollback(Transaction tx) {
      end(lane);
    }

    @Override
    public void done() {
      end(lane);
    }

    @Override
    public void onError(int code, String message) {
      end(lane);
    }
  }
}
