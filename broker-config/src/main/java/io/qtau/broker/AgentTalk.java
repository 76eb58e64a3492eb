package io.qtau.broker;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.ClockRequest;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.Message;

/** What agents say beside results: that they live, and what time they want to know. */
final class AgentTalk {
  private final LaneQueues queues;

  AgentTalk(LaneQueues queues) {
    this.queues = queues;
  }

  /** A heartbeat tells of its own agent, in its key as in its body. */
  void checkHeartbeat(Message message, Sender sender) throws ActiveMQException {
    if (sender.pilot().isPresent()) {
      AgentName agent = body(message, AgentState.class).agent();
      sender.requireMaySpeakFor(agent, "a heartbeat");
      Refusal.unless(
          agent.toString().equals(String.valueOf(message.getObjectProperty(Properties.AGENT_KEY))),
          "the property agent of a heartbeat is the agent that it tells of");
    }
  }

  /** A request for the time asks for its own agent. */
  void checkClockRequest(Message message, Sender sender) throws ActiveMQException {
    if (sender.pilot().isPresent()) {
      sender.requireMaySpeakFor(
          body(message, ClockRequest.class).agent(), "a request for the time");
    }
  }

  /** An agent that says where its claims will be has that queue made, and a way to its siblings. */
  void checkPresence(Message message, Sender sender) throws ActiveMQException {
    String queue = String.valueOf(message.getObjectProperty(Properties.CLAIMS));
    AgentName agent =
        Addresses.agentOfClaims(queue)
            .orElseThrow(() -> Refusal.of("'" + queue + "' is not the name of an agent's claims"));
    sender.requireMaySpeakFor(agent, "claims");
    Refusal.unless(
        body(message, AgentPresence.class).agent().equals(agent), "claims of another agent");
    queues.makeClaims(queue);
    queues.makeTopic(Addresses.gangs(agent.pilot()));
  }

  private static <T extends Record> T body(Message message, Class<T> type)
      throws ActiveMQException {
    try {
      return WireFormat.decode(CoreMessages.stored(message.toCore()), type);
    } catch (MalformedMessage | InvalidField e) {
      throw Refusal.of(message.getAddress() + ": " + e.getMessage());
    }
  }
}
