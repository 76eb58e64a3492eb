package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.QueueBrowser;
import jakarta.jms.Session;
import java.util.Enumeration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** The broker's table of agents, read without taking anything from it. */
public final class AgentTable {
  private AgentTable() {}

  /**
   * The last heartbeat of each agent.
   *
   * @param session of a started connection with the owner's credential
   * @throws MalformedMessage when a line of it is none
   */
  public static List<AgentState> read(Session session) throws JMSException, MalformedMessage {
    // While it is read an agent may replace its line, and then both come.
    Map<AgentName, AgentState> agents = new LinkedHashMap<>();
    try (QueueBrowser browser = session.createBrowser(session.createQueue(Addresses.PILOT_STATE))) {
      Enumeration<?> messages = browser.getEnumeration();
      while (messages.hasMoreElements()) {
        byte[] body = Jms.body((Message) messages.nextElement());
        AgentState state = WireFormat.decode(body, AgentState.class);
        agents.put(state.agent(), state);
      }
    }
    return List.copyOf(agents.values());
  }
}
