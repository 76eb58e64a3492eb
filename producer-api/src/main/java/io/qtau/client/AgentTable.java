package io.qtau.client;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import jakarta.jms.JMSException;
import java.util.List;

/** The broker's table of agents. */
final class AgentTable {
  private AgentTable() {}

  /** The last heartbeat of each agent. */
  static List<AgentState> read(Link link) throws JMSException {
    try {
      return TableLines.read(
          link.session(),
          Addresses.PILOT_STATE,
          Properties.AGENT_KEY,
          null,
          (key, body) -> WireFormat.decode(body, AgentState.class));
    } catch (MalformedMessage e) {
      throw new IllegalStateException("the table of agents cannot be read", e);
    }
  }
}
