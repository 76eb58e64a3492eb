package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Loss;
import io.qtau.protocol.Losses;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.Tombstones;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The claims of agents that are gone go back to their lanes, so that others run the tasks. A task
 * that was lost with its agent too often goes to the dead letters instead.
 */
final class Claims {
  private static final Logger LOG = LoggerFactory.getLogger(Claims.class);
  private static final int MOST_IN_A_GROUP = 200;
  private static final int WINDOW_BYTES = 1 << 20;
  private static final int WAIT_MILLIS = 200;

  private final ActiveMQServer server;
  private final CoreConnection connection;

  Claims(ActiveMQServer server, CoreConnection connection) {
    this.server = server;
    this.connection = connection;
  }

  /** The queues of claims that nobody listens to. */
  List<String> abandoned() {
    List<String> found = new ArrayList<>();
    for (String name : server.getActiveMQServerControl().getQueueNames()) {
      if (Addresses.isClaim(name) && isAbandoned(name)) {
        found.add(name);
      }
    }
    return found;
  }

  private boolean isAbandoned(String name) {
    Queue queue = server.locateQueue(name);
    return queue != null && queue.getConsumerCount() == 0;
  }

  /**
   * Gives the claims of a queue back, if still nobody listens to it, and removes it.
   *
   * @param vanished whether the agent was lost, which counts, or took its leave
   * @return false = a claim is on its way into it, the agent's last one perhaps: to be tried again
   */
  boolean giveBack(String name, boolean vanished) throws Exception {
    AgentName agent = Addresses.agentOfClaims(name).orElse(null);
    if (agent == null || !isAbandoned(name)) {
      return true;
    }
    int count = empty(name, agent, vanished);
    if (count > 0 || vanished) {
      LOG.info("{} is gone: {} tasks that it ran go elsewhere", agent, count);
    }
    return !isAbandoned(name) || remove(name);
  }

  private boolean remove(String name) throws Exception {
    try {
      server.destroyQueue(SimpleString.of(name), null, true, false, true);
      return true;
    } catch (OpenSends.Stays e) {
      LOG.debug("to be tried again", e);
      return false;
    }
  }

  private int empty(String name, AgentName agent, boolean vanished) throws Exception {
    int count = 0;
    try (ClientSession session = connection.transacted()) {
      session.start();
      ClientProducer producer = session.createProducer();
      ClientConsumer consumer =
          session.createConsumer(SimpleString.of(name), null, WINDOW_BYTES, -1, false);
      Queue queue = server.locateQueue(name);
      Tombstones tombstones = CancelTable.read(server);
      while (queue != null && queue.getMessageCount() > 0) {
        ClientMessage claim = consumer.receive(WAIT_MILLIS);
        for (int i = 1; claim != null; i++) {
          claim.acknowledge();
          send(session, producer, HeldTask.of(claim), agent, vanished, tombstones);
          count++;
          claim = i < MOST_IN_A_GROUP ? consumer.receiveImmediate() : null;
        }
        session.commit();
      }
    }
    return count;
  }

  private static void send(
      ClientSession session,
      ClientProducer producer,
      HeldTask task,
      AgentName agent,
      boolean vanished,
      Tombstones tombstones)
      throws Exception {
    if (task.isCanceled(tombstones)) {
      // No agent may come that would say so.
      producer.send(
          Addresses.result(task.key().session()),
          task.ended(session, TaskStatus.CANCELED, Endings.CANCELED));
      return;
    }
    if (!vanished) {
      producer.send(task.laneAddress(), task.again(session, task.losses()));
      return;
    }
    Losses history = task.lostWith(agent, System.currentTimeMillis() * 1000);
    int losses = task.losses() + 1;
    if (losses < Loss.DEAD) {
      String address =
          Lane.parse(task.laneAddress())
              .map(lane -> lane.after(losses).address())
              .orElse(task.laneAddress());
      producer.send(address, HeldTask.remember(task.again(session, losses), history));
    } else {
      producer.send(Addresses.DEAD, HeldTask.remember(task.again(session, losses), history));
      producer.send(Addresses.result(task.key().session()), task.dead(session, losses, history));
    }
  }
}
