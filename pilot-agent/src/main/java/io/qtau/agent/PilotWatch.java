package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Follows its pilot's line in the table of pilots, from what it says at the beginning of each link:
 * an order reaches an agent that was away when it was given.
 */
final class PilotWatch {
  private static final Logger LOG = LoggerFactory.getLogger(PilotWatch.class);

  private final Link link;
  private final PilotName pilot;
  private final String claims;
  private final Leaving leaving;

  PilotWatch(Link link, PilotName pilot, String claims, Leaving leaving) {
    this.link = link;
    this.pilot = pilot;
    this.claims = claims;
    this.leaving = leaving;
  }

  void start() throws ActiveMQException {
    ClientSession session = link.connection().automatic();
    session.start();
    session
        .createConsumer(Addresses.PILOTS, Properties.PILOT_KEY + " = '" + pilot + "'")
        .setMessageHandler(this::heard);
  }

  private void heard(ClientMessage message) {
    try {
      obey(WireFormat.decode(CoreMessages.body(message), PilotRecord.class));
    } catch (MalformedMessage e) {
      LOG.warn("the line of {} in the table of pilots cannot be read: {}", pilot, e.getMessage());
    }
  }

  private void obey(PilotRecord told) {
    switch (told.standing()) {
      case DRAINING -> leaving.drain("its pilot drains");
      case STOPPING -> leaving.giveBack("its pilot stops");
      case ENDED -> {
        // An earlier pilot of this name has ended too: that does not mean us.
        if (told.claims().contains(claims)) {
          leaving.giveBack("its pilot has ended while it was away");
        }
      }
      case ACTIVE -> {}
    }
    link.wake();
  }
}
