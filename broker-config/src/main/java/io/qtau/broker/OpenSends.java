package io.qtau.broker;

import io.qtau.protocol.Addresses;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.apache.activemq.artemis.core.transaction.TransactionOperationAbstract;
import org.jspecify.annotations.Nullable;

/**
 * The lanes of tasks whose transactions are still open. Such a task is in no queue yet, so that its
 * lane counts as empty; the broker would remove the lane, and with it the task when it comes.
 */
final class OpenSends {
  private final ActiveMQServer server;
  private final Map<Transaction, Sends> open = new ConcurrentHashMap<>();

  OpenSends(ActiveMQServer server) {
    this.server = server;
  }

  /** A message is about to be routed. */
  void before(@Nullable Transaction tx, @Nullable String address) {
    if (tx != null && address != null && Addresses.isTask(address)) {
      open.computeIfAbsent(tx, Sends::new).begin(address);
    }
  }

  /** A message was routed, or not. */
  void after(@Nullable Transaction tx, @Nullable String address) {
    if (tx == null || address == null) {
      return;
    }
    Sends sends = open.get(tx);
    if (sends != null) {
      sends.routed(address);
    }
  }

  /** Refuses to remove a lane that a transaction has sent a task to. */
  void checkRemoval(String queue) throws ActiveMQException {
    if (Addresses.isTask(queue)
        && open.values().stream().anyMatch(sends -> sends.lanes.contains(queue))) {
      throw new ActiveMQIllegalStateException(
          queue + " stays: a transaction that is still open has sent a task there");
    }
  }

  /**
   * What one transaction has sent to. It is among the transaction's operations once for each lane,
   * behind the one that puts the task there: those of a large transaction take so long that lanes
   * which are let go before the last of them would be removed meanwhile.
   */
  private final class Sends extends TransactionOperationAbstract {
    private final Transaction tx;
    private final Set<String> lanes = ConcurrentHashMap.newKeySet();
    private final Map<String, Queue> routed = new ConcurrentHashMap<>();
    private int operations;
    private boolean checked;

    Sends(Transaction tx) {
      this.tx = tx;
    }

    void begin(String lane) {
      lanes.add(lane);
    }

    void routed(String lane) {
      if (lanes.contains(lane) && !routed.containsKey(lane)) {
        Queue queue = server.locateQueue(lane);
        if (queue != null) {
          routed.put(lane, queue);
        }
        operations++;
        tx.addOperation(this);
      }
    }

    /** A removal that had begun before the first send may have ended since. */
    @Override
    public void beforeCommit(Transaction committed) throws ActiveMQException {
      if (checked) {
        return;
      }
      checked = true;
      for (Map.Entry<String, Queue> each : routed.entrySet()) {
        if (server.locateQueue(each.getKey()) != each.getValue()) {
          throw new ActiveMQIllegalStateException(
              each.getKey() + " went away at this moment; send it again");
        }
      }
    }

    @Override
    public void afterCommit(Transaction committed) {
      over();
    }

    @Override
    public void afterRollback(Transaction rolledBack) {
      over();
    }

    private void over() {
      operations--;
      if (operations <= 0) {
        open.remove(tx);
      }
    }
  }
}
