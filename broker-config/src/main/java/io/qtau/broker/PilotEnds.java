package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.LeaveOrder;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Knows which pilots there are and which have ended, and sees to it that no task waits for one that
 * has. A thread of its own empties their lanes, however full they are.
 */
final class PilotEnds implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(PilotEnds.class);

  /** So long the connection of an agent that has said good-bye may last. */
  static final Duration TO_GO = Duration.ofMillis(300);

  private final ActiveMQServer server;
  private final PilotTable table;
  private final EndedPools pools;
  private final Runnable atAnEnd;

  /** When an agent of a pilot was connected last; since this broker's start, where none was. */
  private final Map<PilotName, Long> there = new HashMap<>();

  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread made = new Thread(task, "qtau-steward-pools");
            made.setDaemon(true);
            return made;
          });

  /**
   * @param atAnEnd called when a pilot has ended, on any thread
   */
  PilotEnds(ActiveMQServer server, CoreConnection connection, Runnable atAnEnd)
      throws ActiveMQException {
    this.server = server;
    this.atAnEnd = atAnEnd;
    table = new PilotTable(server, connection);
    pools = new EndedPools(server, connection);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void start() {
    var unused = thread.scheduleWithFixedDelay(this::look, 1, 1, TimeUnit.SECONDS);
  }

  /**
   * An agent has come, or leaves. On return that is on disk.
   *
   * @return what it said
   * @throws MalformedMessage when it does not say which
   */
  synchronized AgentPresence heard(ClientMessage message)
      throws MalformedMessage, ActiveMQException {
    String claims = String.valueOf(message.getObjectProperty(Properties.CLAIMS));
    AgentPresence told = WireFormat.decode(CoreMessages.body(message), AgentPresence.class);
    AgentName agent =
        Addresses.agentOfClaims(claims)
            .filter(own -> own.equals(told.agent()))
            .orElseThrow(
                () -> new MalformedMessage("'" + claims + "' are not claims of " + told.agent()));
    PilotRecord known = table.get(agent.pilot());
    if (!told.leaves()) {
      put(PilotLife.come(known, agent, claims, life(message, agent), told, nowUs()));
    } else if (known != null) {
      put(PilotLife.leave(known, claims, nowUs()));
    }
    return told;
  }

  /** Of the login that the broker knows the sender by; null = it is none of that pilot. */
  private static @Nullable String life(ClientMessage message, AgentName agent) {
    return Optional.ofNullable(message.getValidatedUserID())
        .flatMap(PilotLogin::of)
        .filter(login -> login.pilot().equals(agent.pilot()))
        .map(PilotLogin::life)
        .orElse(null);
  }

  /**
   * Returns the pilot's line as it is now.
   *
   * @param lives of all logins that the pilot has: whoever says that it has ended, and not which
   *     start of it, means them all
   */
  synchronized PilotRecord obey(LeaveOrder order, List<String> lives) throws ActiveMQException {
    PilotRecord next = PilotLife.order(table.get(order.pilot()), order, this::isThere, nowUs());
    if (order.order() == LeaveOrder.Word.ENDED && order.life() == null) {
      for (String life : lives) {
        next = next.with(life);
      }
    }
    put(next);
    return next;
  }

  private void put(PilotRecord next) throws ActiveMQException {
    PilotRecord before = table.get(next.pilot());
    table.put(next);
    if (next.standing() == PilotStanding.ENDED && !next.equals(before) && !thread.isShutdown()) {
      thread.execute(this::look);
      atAnEnd.run();
    }
  }

  /**
   * Whether a pilot that has ended had that login. A while after its end: the agent that said
   * good-bye last is gone then.
   */
  synchronized boolean hasEndedFor(PilotLogin login) {
    PilotRecord known = table.get(login.pilot());
    long passedUs = known == null ? 0 : nowUs() - known.at();
    boolean isGone = passedUs < 0 || passedUs >= TO_GO.toNanos() / 1000; // Clocks may be set.
    return known != null && known.hasEndedFor(login) && isGone;
  }

  private void look() {
    try {
      pools.empty(ended());
    } catch (ActiveMQException | RuntimeException e) {
      if (!thread.isShutdown()) {
        LOG.warn("the lanes of pilots that have ended cannot be emptied now", e);
      }
    }
  }

  private synchronized List<PilotRecord> ended() throws ActiveMQException {
    long now = nowUs();
    for (PilotRecord pilot : table.all()) {
      if (pilot.claims().stream().anyMatch(this::isThere)) {
        there.put(pilot.pilot(), now);
      }
      long lastUs = there.computeIfAbsent(pilot.pilot(), first -> now);
      put(PilotLife.look(pilot, lastUs, now));
    }
    table.forgetOld(now);
    there.keySet().retainAll(table.all().stream().map(PilotRecord::pilot).toList());
    return table.all().stream().filter(pilot -> pilot.standing() == PilotStanding.ENDED).toList();
  }

  private boolean isThere(String claims) {
    Queue queue = server.locateQueue(claims);
    return queue != null && queue.getConsumerCount() > 0;
  }

  private static long nowUs() {
    return System.currentTimeMillis() * 1000;
  }

  @Override
  public void close() {
    thread.shutdownNow();
  }
}
