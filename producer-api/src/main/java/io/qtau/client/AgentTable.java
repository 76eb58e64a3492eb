package io.qtau.client;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import jakarta.jms.JMSException;
import jakarta.jms.Session;
import java.util.List;

/** The broker's table of agents. */
public final class AgentTable {
  private AgentTable() {}

  /**
   * The last heartbeat of each agent.
   *
   * @param session of a started connection with the owner's credential
   * @throws MalformedMessage when a line of it is none
   */
  public static List<AgentState> read(Session session) throws JMSException, MalformedMessage {
    return TableLines.read(
        session,
        Addresses.PILOT_STATE,
        Properties.AGENT_KEY,
        null,
        (key, body) -> WireFormat.decode(body, AgentState.class));
  }
}
