package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.Tombstone;
import io.qtau.protocol.WireFormat;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Follows the table of cancellations, from its beginning with each link. */
final class CancelWatch {
  private static final Logger LOG = LoggerFactory.getLogger(CancelWatch.class);

  private final Link link;
  private final Attempts attempts;

  CancelWatch(Link link, Attempts attempts) {
    this.link = link;
    this.attempts = attempts;
  }

  void start() throws ActiveMQException {
    ClientSession session = link.connection().automatic();
    session.start();
    session.createConsumer(Addresses.CANCEL).setMessageHandler(this::heard);
  }

  private void heard(ClientMessage message) {
    String key = String.valueOf(message.getObjectProperty(Properties.TARGET_KEY));
    try {
      attempts.cancel(WireFormat.decode(CoreMessages.body(message), Tombstone.class));
    } catch (MalformedMessage e) {
      LOG.warn("the cancellation {} cannot be read: {}", key, e.getMessage());
    }
  }
}
