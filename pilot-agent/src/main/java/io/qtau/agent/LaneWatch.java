package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Fit;
import io.qtau.protocol.Lane;
import io.qtau.protocol.LaneRecord;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Priority;
import io.qtau.protocol.Shape;
import io.qtau.protocol.WireFormat;
import java.util.Map;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the table of lanes, and opens those whose tasks could ever run here. */
final class LaneWatch {
  private static final Logger LOG = LoggerFactory.getLogger(LaneWatch.class);

  /** The lane that is always there. */
  static final Lane FIRST = new Lane(Pool.SHARED, Shape.ONE_CORE, Priority.NORMAL, false);

  private final Link link;
  private final PilotName own;
  private final Packer packer;

  LaneWatch(Link link, PilotName own, Packer packer) {
    this.link = link;
    this.own = own;
    this.packer = packer;
  }

  void start() throws ActiveMQException {
    link.open(FIRST, Map.of());
    ClientSession session = link.connection().automatic();
    session.start();
    session.createConsumer(Addresses.LANES).setMessageHandler(this::heard);
  }

  private void heard(ClientMessage message) {
    try {
      LaneRecord lane = WireFormat.decode(CoreMessages.body(message), LaneRecord.class);
      if (lane.open()) {
        Lane.parse(lane.lane())
            .filter(known -> couldRun(known, lane.named()))
            .ifPresent(known -> link.open(known, lane.named()));
      }
    } catch (MalformedMessage e) {
      LOG.warn("a record of the table of lanes cannot be read: {}", e.getMessage());
    }
  }

  private boolean couldRun(Lane lane, Map<String, Integer> named) {
    return Fit.obstacle(lane, named, own, packer.total()).isEmpty();
  }
}
