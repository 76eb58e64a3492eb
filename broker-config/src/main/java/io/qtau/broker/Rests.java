package io.qtau.broker;

import io.qtau.protocol.Lane;
import io.qtau.protocol.Properties;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;

/**
 * Retries rest before their next attempt. Those that do are held in the heap, so there may be only
 * so many; what is beyond goes to its lane at once, marked, and agents let it go round until its
 * time has come.
 */
final class Rests {
  private static final long MOST = 50_000;

  private final ActiveMQServer server;
  private final long most = Long.getLong("qtau.resting.most", MOST);
  private final AtomicLong resting = new AtomicLong();

  Rests(ActiveMQServer server) {
    this.server = server;
  }

  /** Counts again; once a second is often enough. */
  void look() {
    resting.set(lanes().stream().mapToLong(Queue::getScheduledCount).sum());
  }

  /** Lets a copy rest that asks for it. */
  void check(Message message) {
    Object asked = message.removeProperty(Properties.REST_MS);
    if (!(asked instanceof Number millis)) {
      return;
    }
    long until = System.currentTimeMillis() + millis.longValue();
    message.putLongProperty(Properties.NOT_BEFORE_US, until * 1000);
    if (resting.incrementAndGet() <= most) {
      message.setScheduledDeliveryTime(until);
    } else {
      message.putBooleanProperty(Properties.RESTS_IN_LANE, true);
    }
    message.reencode();
  }

  /** Ends all rests: the clock was set back, and they would last until it is where it was. */
  void end() throws ActiveMQException {
    for (Queue lane : lanes()) {
      lane.deliverScheduledMessages();
    }
  }

  private List<Queue> lanes() {
    return Arrays.stream(server.getActiveMQServerControl().getQueueNames())
        .filter(name -> Lane.parse(name).isPresent())
        .map(server::locateQueue)
        .filter(Objects::nonNull)
        .toList();
  }
}
