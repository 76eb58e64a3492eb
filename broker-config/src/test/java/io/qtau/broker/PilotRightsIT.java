package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.ClockRequest;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What a pilot's credential is good for. */
class PilotRightsIT extends OnePilot {
  private static final AgentPresence HELLO =
      new AgentPresence(AgentName.parse("one.0"), false, null, null);

  private static ClientMessage result(ClientSession session, String name) {
    ClientMessage message = task(session, "a");
    message.putStringProperty(Properties.STATUS, "SUCCESS");
    message.putStringProperty(Properties.PILOT, name);
    return message;
  }

  private static void send(ClientSession session, String address, ClientMessage message)
      throws ActiveMQException {
    session.createProducer(address).send(message);
  }

  @Test
  void itTakesAndSettlesSharedTasksAndItsOwn() throws Exception {
    admit(null, false);
    submit(SHARED, "a");
    submit("qtau.task.one.c1", "b");
    try (CoreConnection connection = connect();
        ClientSession session = connection.transacted()) {
      session.start();
      for (String lane : List.of(SHARED, "qtau.task.one.c1")) {
        ClientMessage message = session.createConsumer(lane).receive(10_000);
        assertThat(message).as(lane).isNotNull();
        message.individualAcknowledge();
        send(session, "qtau.result.s", result(session, "one"));
      }
      ClientMessage again = task(session, "c");
      again.putIntProperty(Properties.ATTEMPT, 2);
      send(session, SHARED, again);
      session.commit();
    }
    try (CoreConnection connection = CoreConnection.open(broker.url(), settings.owner());
        ClientSession session = connection.automatic()) {
      session.start();
      ClientConsumer results = session.createConsumer("qtau.result.s");
      assertThat(results.receive(10_000)).isNotNull();
      assertThat(results.receive(10_000)).isNotNull();
    }
  }

  @Test
  void whatIsAnothersIsRefused() throws Exception {
    admit(null, false);
    submit("qtau.task.two.c1", "a");
    try (CoreConnection connection = connect();
        ClientSession session = connection.automatic()) {
      for (String queue :
          List.of(
              "qtau.task.two.c1",
              "qtau.result.s",
              Addresses.DEAD,
              Addresses.ORPHAN,
              Addresses.COLLECTOR,
              Addresses.ANSWERS,
              Addresses.CONTROL_STEWARD,
              Addresses.PILOT_STATE)) {
        assertThatThrownBy(() -> session.createConsumer(queue))
            .as(queue)
            .isInstanceOf(ActiveMQSecurityException.class);
      }
      for (String address :
          List.of(
              "qtau.task.two.c1",
              "qtau.claim.two.0.0123abcd",
              Addresses.DEAD,
              Addresses.CANCEL,
              Addresses.SESSIONS,
              Addresses.LANES,
              Addresses.CONTROL_STEWARD,
              "qtau.control.two",
              "qtau.gang.two",
              "activemq.management")) {
        assertThatThrownBy(() -> send(session, address, task(session, "x")))
            .as(address)
            .isInstanceOf(ActiveMQSecurityException.class);
      }
    }
  }

  @Test
  void itsOwnPoolOnly() throws Exception {
    admit(null, true);
    submit("qtau.task.one.c1", "a");
    try (CoreConnection connection = connect();
        ClientSession session = connection.automatic()) {
      session.start();
      assertThatThrownBy(() -> session.createConsumer(SHARED))
          .isInstanceOf(ActiveMQSecurityException.class);
      assertThat(session.createConsumer("qtau.task.one.c1").receive(10_000)).isNotNull();
    }
  }

  @Test
  void inAnothersNameItSaysNothing() throws Exception {
    admit(null, false);
    submit(SHARED, "a");
    try (CoreConnection connection = connect();
        ClientSession session = connection.automatic()) {
      assertRefused(() -> send(session, "qtau.result.s", result(session, "two")), "two", "one");
      AgentName other = AgentName.parse("two.0");
      assertRefused(() -> talk(session, Addresses.PILOT_STATE, state(other), null), "heartbeat");
      assertRefused(() -> talk(session, Addresses.CLOCK, new ClockRequest(other, 1), null), "time");
      AgentName own = AgentName.parse("one.0");
      assertRefused(
          () -> talk(session, Addresses.PRESENCE, HELLO, "qtau.claim.two.0.0123abcd"), "claims");
      talk(session, Addresses.PRESENCE, HELLO, "qtau.claim.one.0.0123abcd");
      talk(session, Addresses.CLOCK, new ClockRequest(own, 1), null);
      talk(session, Addresses.PILOT_STATE, state(own), null);
      assertThatCode(() -> session.createConsumer("qtau.claim.one.0.0123abcd"))
          .doesNotThrowAnyException();
    }
  }

  private static AgentState state(AgentName agent) {
    return new AgentState(agent, "READY", null, "host", 1, 1000, 1000, List.of(), 0, null, 1);
  }

  private static void talk(
      ClientSession session, String address, Record body, @Nullable String claims)
      throws ActiveMQException {
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(body), true);
    if (body instanceof AgentState state) {
      message.putStringProperty(Properties.AGENT_KEY, state.agent().toString());
    }
    if (claims != null) {
      message.putStringProperty(Properties.CLAIMS, claims);
    }
    send(session, address, message);
  }

  private interface Deed {
    void run() throws ActiveMQException;
  }

  private static void assertRefused(Deed deed, String... words) {
    assertThatThrownBy(deed::run)
        .isInstanceOf(ActiveMQException.class)
        .hasMessageContaining("QTau refuses")
        .hasMessageContainingAll(words);
  }
}
