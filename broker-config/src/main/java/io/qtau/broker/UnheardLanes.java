package io.qtau.broker;

import io.qtau.protocol.Lane;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.jspecify.annotations.Nullable;

/**
 * Lanes that have tasks and no listener. Agents close a lane that has been empty for long; the next
 * task there may come before the lane itself is gone, and then nothing tells them. So such a lane
 * is published again, more and more seldom: perhaps no agent can run its tasks.
 */
final class UnheardLanes {
  private static final int LONGEST_PAUSE = 64;

  /** How many looks it rests between two tellings, and how many of them are left. */
  private record Pause(int looks, int left) {}

  private final ActiveMQServer server;
  private final Map<String, Pause> pauses = new HashMap<>();

  UnheardLanes(ActiveMQServer server) {
    this.server = server;
  }

  /** Those to publish now; asked once a second. */
  List<String> look() {
    List<String> due = new ArrayList<>();
    Map<String, Pause> before = Map.copyOf(pauses);
    pauses.clear();
    for (String name : server.getActiveMQServerControl().getQueueNames()) {
      if (Lane.parse(name).isPresent() && isUnheard(server.locateQueue(name))) {
        Pause pause = before.getOrDefault(name, new Pause(1, 0));
        if (pause.left() > 0) {
          pauses.put(name, new Pause(pause.looks(), pause.left() - 1));
        } else {
          due.add(name);
          pauses.put(name, new Pause(Math.min(LONGEST_PAUSE, 2 * pause.looks()), pause.looks()));
        }
      }
    }
    return due;
  }

  private static boolean isUnheard(@Nullable Queue lane) {
    return lane != null && lane.getConsumerCount() == 0 && lane.getMessageCount() > 0;
  }
}
