package io.qtau.broker;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.server.ActiveMQServer;

/**
 * Makes a lane before its first task is let in. Clients of JMS and AMQP make it by themselves;
 * those of the core API, agents among them, do not, and their tasks would fall on the floor.
 */
final class LaneQueues {
  private final ActiveMQServer server;

  LaneQueues(ActiveMQServer server) {
    this.server = server;
  }

  /** Does nothing when it is there. */
  void make(String lane) throws ActiveMQException {
    if (server.locateQueue(lane) != null) {
      return;
    }
    try {
      server.createQueue(
          QueueConfiguration.of(lane)
              .setRoutingType(RoutingType.ANYCAST)
              .setDurable(true)
              .setAutoCreated(true),
          true);
    } catch (ActiveMQException e) {
      throw e;
    } catch (Exception e) {
      throw new ActiveMQIllegalStateException(
          "the lane " + lane + " cannot be made: " + e.getMessage());
    }
  }
}
