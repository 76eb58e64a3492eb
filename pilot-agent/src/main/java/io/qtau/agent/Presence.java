package io.qtau.agent;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;

/**
 * What this agent tells the broker's steward of itself: that it has come, with each link, and once
 * that it leaves. Both are on the broker's disk when they are told.
 *
 * @param claims the queue of its claims, which the broker makes for whoever names it
 */
record Presence(AgentSettings settings, String claims, AgentClock clock) {
  void hello(CoreConnection connection) throws ActiveMQException {
    tell(connection, false);
  }

  void bye(CoreConnection connection) throws ActiveMQException {
    tell(connection, true);
  }

  private void tell(CoreConnection connection, boolean leaves) throws ActiveMQException {
    Long ends = settings.ends();
    Long lasts = ends == null ? null : Long.valueOf(ends - clock.micros());
    AgentPresence told =
        new AgentPresence(settings.agent(), leaves, settings.leaveRules().policy(), lasts);
    try (ClientSession session = connection.automatic()) {
      ClientMessage message = CoreMessages.json(session, WireFormat.encode(told), true);
      message.putStringProperty(Properties.CLAIMS, claims);
      session.createProducer().send(SimpleString.of(Addresses.PRESENCE), message);
    }
  }
}
