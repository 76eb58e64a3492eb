package io.qtau.broker;

import io.qtau.protocol.Addresses;
import java.time.Duration;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.DivertConfiguration;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ComponentConfigurationRoutingType;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.Queue;
import org.apache.activemq.artemis.utils.collections.LinkedListIterator;

/**
 * Copies every result to the collector's queue, from its registration to its end. The broker keeps
 * the divert in its journal, so that a restart changes nothing.
 */
final class CollectorCopies {
  /** Copies that nobody has fetched for so long fill the disk for nothing. */
  static final Duration UNREAD = Duration.ofDays(7);

  private static final SimpleString DIVERT = SimpleString.of("qtau-collector");

  private final ActiveMQServer server;

  CollectorCopies(ActiveMQServer server) {
    this.server = server;
  }

  boolean areMade() {
    return server.getPostOffice().getBinding(DIVERT) != null;
  }

  void begin() throws Exception {
    if (!areMade()) {
      server.deployDivert(
          new DivertConfiguration()
              .setName(DIVERT.toString())
              .setRoutingName(DIVERT.toString())
              .setAddress("qtau.result.#")
              .setForwardingAddress(Addresses.COLLECTOR)
              .setRoutingType(ComponentConfigurationRoutingType.ANYCAST)
              .setExclusive(false));
    }
  }

  /** No more copies. Those that are made wait for the next collector. */
  void end() throws Exception {
    if (areMade()) {
      server.destroyDivert(DIVERT, true);
    }
  }

  /**
   * Ends the copying, and drops the copies, when nobody has fetched them for too long.
   *
   * @param nowMs epoch ms
   * @return how many were dropped; 0 when somebody fetches them
   */
  long endWhenForgotten(long nowMs) throws Exception {
    Queue queue = server.locateQueue(Addresses.COLLECTOR);
    if (queue == null
        || queue.getConsumerCount() > 0
        || nowMs - oldestMs(queue, nowMs) < UNREAD.toMillis()) {
      return 0;
    }
    end();
    return queue.deleteAllReferences();
  }

  private static long oldestMs(Queue queue, long nowMs) {
    try (LinkedListIterator<MessageReference> references = queue.browserIterator()) {
      if (references.hasNext()) {
        Message oldest = references.next().getMessage();
        Long came = oldest.getIngressTimestamp();
        return came == null ? nowMs : came;
      }
      return nowMs;
    }
  }
}
