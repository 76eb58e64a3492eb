package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.ClockAnswer;
import io.qtau.protocol.ClockRequest;
import io.qtau.protocol.LaneRecord;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StewardIT {
  private static final String LANE = "qtau.task.shared.c3";

  @TempDir Path home;
  private BrokerSettings settings;

  @BeforeEach
  void settings() throws Exception {
    settings = new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home));
  }

  @Test
  void itTellsTheTime() throws Exception {
    AgentName agent = new AgentName(new PilotName("p"), 0);
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      session.createQueue(
          QueueConfiguration.of("answers")
              .setAddress(Addresses.control(agent.pilot()))
              .setRoutingType(RoutingType.MULTICAST)
              .setDurable(false)
              .setTemporary(true));
      session.start();
      ClientConsumer answers = session.createConsumer("answers");
      long before = System.currentTimeMillis() * 1000;
      byte[] request = WireFormat.encode(new ClockRequest(agent, 42));
      session.createProducer(Addresses.CLOCK).send(CoreMessages.json(session, request, false));
      ClientMessage message = answers.receive(TimeUnit.SECONDS.toMillis(10));
      assertThat(message).isNotNull();
      ClockAnswer answer = WireFormat.decode(CoreMessages.body(message), ClockAnswer.class);
      assertThat(answer.agent()).isEqualTo(agent);
      assertThat(answer.sentNanos()).isEqualTo(42);
      assertThat(answer.brokerUs()).isBetween(before, System.currentTimeMillis() * 1000 + 1000);
    }
  }

  @Test
  void theTableOfLanesFollowsTheQueuesAndSurvivesARestart() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      session.createQueue(
          QueueConfiguration.of(LANE).setRoutingType(RoutingType.ANYCAST).setDurable(true));
      awaitLane(session, true);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      awaitLane(session, true);
      assertThat(lanes(session)).containsEntry("qtau.task.shared.c1", true);
      session.deleteQueue(LANE);
      awaitLane(session, false);
    }
  }

  @Test
  void aLaneThatWentAwayWithTheBrokerIsClosedWhenItComesBack() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      awaitLane(session, "qtau.task.shared.c1", true); // The steward has read the table.
      ClientMessage open =
          CoreMessages.json(session, WireFormat.encode(new LaneRecord(LANE, true, Map.of())), true);
      open.putStringProperty(Properties.LANE_KEY, LANE);
      session.createProducer(Addresses.LANES).send(open);
      assertThat(lanes(session)).containsEntry(LANE, true);
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      awaitLane(connection.automatic(), false);
    }
  }

  /** The last words of an agent: its queue counts as empty, and nobody listens. */
  @Test
  void aClaimThatIsOnItsWayWhenItsAgentLeavesGoesBackToItsLane() throws Exception {
    AgentName p0 = new AgentName(new PilotName("p"), 0);
    String claims = Addresses.claim(p0, "0123abcd");
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      awaitLane(session, "qtau.task.shared.c1", true); // The steward is there.
      session.createProducer(Addresses.PRESENCE).send(presence(session, p0, claims));
      ClientConsumer agent = session.createConsumer(claims);
      ClientSession open = connection.transacted();
      open.createProducer(claims).send(claim(open));
      agent.close();
      Awaitility.await("the queue stays")
          .during(1500, TimeUnit.MILLISECONDS)
          .atMost(10, TimeUnit.SECONDS)
          .until(() -> exists(session, claims));
      open.commit();
      Awaitility.await("the queue goes").until(() -> !exists(session, claims));
      ClientConsumer lane = session.createConsumer(LANE);
      ClientMessage again = lane.receive(TimeUnit.SECONDS.toMillis(10));
      assertThat(again).isNotNull();
      assertThat(again.getIntProperty(Properties.ATTEMPT)).isEqualTo(2);
    }
  }

  private static ClientMessage presence(ClientSession session, AgentName agent, String claims) {
    byte[] body = WireFormat.encode(new AgentPresence(agent, false, null, null));
    ClientMessage presence = CoreMessages.json(session, body, true);
    presence.putStringProperty(Properties.CLAIMS, claims);
    return presence;
  }

  private static ClientMessage claim(ClientSession session) {
    byte[] body = WireFormat.encode(TaskDescription.of(new Payload.Noop()).id("t").build());
    ClientMessage claim = CoreMessages.json(session, body, true);
    claim.putIntProperty(Properties.VERSION, 1);
    claim.putStringProperty(Properties.SESSION, "s");
    claim.putStringProperty(Properties.ID, "t");
    claim.putStringProperty(Properties.KIND, "noop");
    claim.putIntProperty(Properties.ATTEMPT, 1);
    claim.putStringProperty(Properties.LANE, LANE);
    return claim;
  }

  private static boolean exists(ClientSession session, String queue) throws Exception {
    return session.queueQuery(SimpleString.of(queue)).isExists();
  }

  private static void awaitLane(ClientSession session, boolean open) {
    awaitLane(session, LANE, open);
  }

  private static void awaitLane(ClientSession session, String lane, boolean open) {
    Awaitility.await(lane + " is " + (open ? "open" : "closed"))
        .untilAsserted(() -> assertThat(lanes(session)).containsEntry(lane, open));
  }

  private static Map<String, Boolean> lanes(ClientSession session) throws Exception {
    Map<String, Boolean> lanes = new HashMap<>();
    session.start();
    try (ClientConsumer table = session.createConsumer(Addresses.LANES)) {
      for (ClientMessage m = table.receive(200); m != null; m = table.receive(200)) {
        LaneRecord lane = WireFormat.decode(CoreMessages.body(m), LaneRecord.class);
        lanes.put(lane.lane(), lane.open());
      }
    }
    return lanes;
  }
}
