package io.qtau.broker;

import io.qtau.protocol.Addresses;
import java.util.Arrays;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.core.server.ActiveMQServer;

/**
 * How many lanes there may be: each has a queue here, and consumers and a thread on every agent
 * that looks into it. New tasks alone are refused: what the broker has accepted once finds its lane
 * again, whatever happens to it.
 */
final class LaneLimit {
  static final int MOST = 512;

  /** This one is there at all times: any client may send to it. */
  private static final String ALWAYS = "qtau.task.shared.c1";

  private final ActiveMQServer server;

  /** Lanes that are being made for a task that was looked at already. */
  private final Set<String> allowed = ConcurrentHashMap.newKeySet();

  LaneLimit(ActiveMQServer server) {
    this.server = server;
  }

  /** What makes a lane. */
  interface Making {
    void run() throws ActiveMQException;
  }

  /**
   * Makes a lane for a task.
   *
   * @param isNew whether the task is, and may be refused
   */
  void within(String lane, boolean isNew, Making making) throws ActiveMQException {
    if (isNew) {
      check(lane);
    }
    boolean first = allowed.add(lane);
    try {
      making.run();
    } finally {
      if (first) {
        allowed.remove(lane);
      }
    }
  }

  /** Refuses a lane that is not there, and would be one too many. */
  void check(String lane) throws ActiveMQException {
    if (lane.equals(ALWAYS) || allowed.contains(lane) || server.locateQueue(lane) != null) {
      return;
    }
    Refusal.unless(
        count() < MOST,
        lane
            + " would be lane number "
            + (MOST + 1)
            + ", and there may be "
            + MOST
            + ": let tasks differ less in what they need (cores, GPUs, memory, named resources),"
            + " or send it again later: a lane goes when it has been empty for six minutes");
  }

  private long count() {
    return Arrays.stream(server.getActiveMQServerControl().getQueueNames())
        .filter(Addresses::isTask)
        .count();
  }
}
