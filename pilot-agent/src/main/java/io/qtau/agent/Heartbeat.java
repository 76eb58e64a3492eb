package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Timers;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Capacity;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;

/** Says that this agent lives, what it has and what it is doing; last of all that it leaves. */
final class Heartbeat {
  private final ClientSession session;
  private final ClientProducer producer;
  private final AgentSettings settings;
  private final String host;
  private final Node node;
  private final Packer packer;
  private final Attempts attempts;
  private final AgentClock clock;
  private final ClockOffset offset;

  Heartbeat(
      Link link,
      AgentSettings settings,
      String host,
      Node node,
      Packer packer,
      Attempts attempts,
      AgentClock clock,
      ClockOffset offset)
      throws ActiveMQException {
    session = link.connection().automatic();
    producer = session.createProducer(Addresses.PILOT_STATE);
    this.settings = settings;
    this.host = host;
    this.node = node;
    this.packer = packer;
    this.attempts = attempts;
    this.clock = clock;
    this.offset = offset;
  }

  synchronized void send(String state) throws ActiveMQException {
    Capacity total = packer.total();
    Capacity free = packer.free();
    AgentState told =
        new AgentState(
            settings.agent(),
            state,
            settings.resource(),
            host,
            ProcessHandle.current().pid(),
            total.milliCores(),
            free.milliCores(),
            attempts.told(),
            attempts.count(),
            settings.ends(),
            clock.micros(),
            attempts.passesOver(),
            total,
            free,
            node.unbound(),
            packer.kept().task(),
            settings.ownPoolOnly(),
            attempts.workers());
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(told), false);
    message.putStringProperty(Properties.AGENT_KEY, settings.agent().toString());
    // The broker ends it by its own clock.
    message.setExpiration(
        offset.brokerMicros(clock.micros()) / 1000 + 3 * Timers.HEARTBEAT.toMillis());
    producer.send(message);
  }
}
