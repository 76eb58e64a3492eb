package io.qtau.broker;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;

/**
 * Makes a lane before its first task is let in. Clients of JMS and AMQP make it by themselves;
 * those of the core API, agents among them, do not, and their tasks would fall on the floor.
 */
final class LaneQueues {
  private final ActiveMQServer server;

  LaneQueues(ActiveMQServer server) {
    this.server = server;
  }

  /** Makes a lane, which goes by itself when it has been empty; nothing when it is there. */
  void make(String lane) throws ActiveMQException {
    make(lane, true);
  }

  /** Makes the queue of an agent's claims, which the steward removes; nothing when it is there. */
  void makeClaims(String queue) throws ActiveMQException {
    make(queue, false);
  }

  /** Makes an address that has listeners, who come and go; nothing when it is there. */
  void makeTopic(String address) throws ActiveMQException {
    SimpleString name = SimpleString.of(address);
    try {
      if (server.getAddressInfo(name) == null) {
        server.addOrUpdateAddressInfo(
            new AddressInfo(name, RoutingType.MULTICAST).setAutoCreated(false));
      }
    } catch (ActiveMQException e) {
      throw e;
    } catch (Exception e) {
      throw new ActiveMQIllegalStateException(address + " cannot be made: " + e.getMessage());
    }
  }

  private void make(String lane, boolean goesByItself) throws ActiveMQException {
    if (server.locateQueue(lane) != null) {
      return;
    }
    try {
      server.createQueue(
          QueueConfiguration.of(lane)
              .setRoutingType(RoutingType.ANYCAST)
              .setDurable(true)
              .setAutoCreateAddress(true)
              .setAutoCreated(goesByItself)
              .setAutoDelete(goesByItself),
          true);
    } catch (ActiveMQException e) {
      throw e;
    } catch (Exception e) {
      throw new ActiveMQIllegalStateException(
          "the queue " + lane + " cannot be made: " + e.getMessage());
    }
  }
}
