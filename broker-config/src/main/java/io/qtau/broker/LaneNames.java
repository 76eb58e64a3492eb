package io.qtau.broker;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Lane;
import io.qtau.protocol.LaneRecord;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.utils.collections.LinkedListIterator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The named resources of lanes that need some: a lane's name has a hash of them only. The first
 * task of a lane tells them, and the table of lanes keeps them.
 */
final class LaneNames {
  private static final Logger LOG = LoggerFactory.getLogger(LaneNames.class);

  private final Map<String, Map<String, Integer>> byLane = new ConcurrentHashMap<>();
  private volatile Consumer<String> listener = lane -> {};

  /** Tells it of each lane whose resources have become known: it may have been there before. */
  void tell(Consumer<String> newListener) {
    listener = newListener;
  }

  /** Those of a lane; empty = it needs none. */
  Map<String, Integer> of(String lane) {
    return byLane.getOrDefault(lane, Map.of());
  }

  /** Learns them from a task that is sent to a lane, if they are not known. */
  void learn(Lane lane, Message task) throws ActiveMQException {
    if (!lane.shape().hasNamed() || byLane.containsKey(lane.address())) {
      return;
    }
    try {
      Map<String, Integer> named =
          WireFormat.decodeTask(CoreMessages.stored(task.toCore())).resources().named();
      Refusal.unless(
          lane.shape().names(named), lane + ": the task's named resources are not this lane's");
      byLane.put(lane.address(), named);
      listener.accept(lane.address());
    } catch (MalformedMessage e) {
      throw Refusal.of(lane + ": its first task has to name its resources: " + e.getMessage());
    }
  }

  void forget(String lane) {
    byLane.remove(lane);
  }

  /**
   * Learns what the table of lanes says, after a start of the broker.
   *
   * @return the lanes that it has as open
   */
  Set<String> read(ActiveMQServer server) {
    Set<String> open = new HashSet<>();
    Queue table = server.locateQueue(Addresses.LANES);
    if (table == null) {
      return open;
    }
    try (LinkedListIterator<MessageReference> records = table.browserIterator()) {
      while (records.hasNext()) {
        ICoreMessage message = records.next().getMessage().toCore();
        LaneRecord record = WireFormat.decode(CoreMessages.stored(message), LaneRecord.class);
        if (record.open()) {
          open.add(record.lane());
        }
        if (record.open() && !record.named().isEmpty()) {
          byLane.put(record.lane(), record.named());
        }
      }
    } catch (MalformedMessage e) {
      LOG.warn("a record of the table of lanes cannot be read: {}", e.getMessage());
    }
    return open;
  }
}
