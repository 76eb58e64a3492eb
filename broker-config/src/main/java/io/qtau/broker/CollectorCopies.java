package io.qtau.broker;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.CollectorOrder;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.config.DivertConfiguration;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.ComponentConfigurationRoutingType;

/** Copies every result to the collector's queue, from its registration to its end. */
final class CollectorCopies {
  private static final String DIVERT = "qtau-collector";

  private final ActiveMQServer server;

  CollectorCopies(ActiveMQServer server) {
    this.server = server;
  }

  void obey(CollectorOrder order) throws Exception {
    if (order.equals(CollectorOrder.REGISTER)) {
      begin();
    } else {
      end();
    }
  }

  /** Goes on when a collector was registered in an earlier life of the broker. */
  void resume() throws Exception {
    if (server.locateQueue(Addresses.COLLECTOR) != null) {
      begin();
    }
  }

  private void begin() throws Exception {
    if (server.locateQueue(Addresses.COLLECTOR) == null) {
      server.createQueue(
          QueueConfiguration.of(Addresses.COLLECTOR)
              .setRoutingType(RoutingType.ANYCAST)
              .setDurable(true)
              .setAutoDelete(false),
          true);
    }
    if (server.getPostOffice().getBinding(SimpleString.of(DIVERT)) == null) {
      server.deployDivert(
          new DivertConfiguration()
              .setName(DIVERT)
              .setRoutingName(DIVERT)
              .setAddress("qtau.result.#")
              .setForwardingAddress(Addresses.COLLECTOR)
              .setRoutingType(ComponentConfigurationRoutingType.ANYCAST)
              .setExclusive(false));
    }
  }

  private void end() throws Exception {
    if (server.getPostOffice().getBinding(SimpleString.of(DIVERT)) != null) {
      server.destroyDivert(SimpleString.of(DIVERT));
    }
    if (server.locateQueue(Addresses.COLLECTOR) != null) {
      server.destroyQueue(SimpleString.of(Addresses.COLLECTOR));
    }
  }
}
