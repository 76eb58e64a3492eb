package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Credential;
import io.qtau.protocol.AccessReceipt;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AdmitOrder;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.ClockRequest;
import io.qtau.protocol.DismissOrder;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a pilot's credential is good for, and for how long. */
class PilotAccessIT {
  private static final PilotName ONE = new PilotName("one");
  private static final AgentPresence HELLO =
      new AgentPresence(AgentName.parse("one.0"), false, null, null);
  private static final String SHARED = "qtau.task.shared.c1";

  @TempDir Path home;
  private BrokerSettings settings;
  private EmbeddedBroker broker;
  private Credential pilot;

  @BeforeEach
  void start() throws Exception {
    settings = new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home));
    broker = EmbeddedBroker.start(settings);
    pilot = Credential.random(new PilotLogin(ONE, "00000001").toString());
  }

  @AfterEach
  void stop() {
    broker.close();
  }

  private void admit(@Nullable Long ends, boolean ownPoolOnly) throws Exception {
    String token = UUID.randomUUID().toString();
    AdmitOrder order =
        new AdmitOrder(token, PilotLogin.parse(pilot.user()), pilot.hash(), ends, ownPoolOnly);
    order(order, token, Properties.ADMIT_TOKEN);
  }

  private void dismiss() throws Exception {
    String token = UUID.randomUUID().toString();
    order(new DismissOrder(token, ONE, null), token, Properties.DISMISS_TOKEN);
  }

  private void order(Record order, String token, String property) throws Exception {
    try (CoreConnection connection = CoreConnection.open(broker.url(), settings.owner());
        ClientSession session = connection.automatic()) {
      session.start();
      ClientMessage message = CoreMessages.json(session, WireFormat.encode(order), true);
      message.putStringProperty(property, token);
      session.createProducer(Addresses.CONTROL_STEWARD).send(message);
      try (ClientConsumer answers =
          session.createConsumer(Addresses.ANSWERS, "answer = '" + token + "'")) {
        ClientMessage answer = answers.receive(10_000);
        assertThat(answer).isNotNull();
        AccessReceipt receipt = WireFormat.decode(CoreMessages.body(answer), AccessReceipt.class);
        assertThat(receipt.error()).isNull();
      }
    }
  }

  private CoreConnection connect() throws Exception {
    return CoreConnection.open(broker.url(), pilot);
  }

  private static ClientMessage task(ClientSession session, String id) {
    TaskDescription noop = TaskDescription.of(new Payload.Noop()).id(id).build();
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(noop), true);
    message.putIntProperty(Properties.VERSION, 1);
    message.putStringProperty(Properties.SESSION, "s");
    message.putStringProperty(Properties.ID, id);
    message.putStringProperty(Properties.KIND, "noop");
    return message;
  }

  private static ClientMessage result(ClientSession session, String name) {
    ClientMessage message = task(session, "a");
    message.putStringProperty(Properties.STATUS, "SUCCESS");
    message.putStringProperty(Properties.PILOT, name);
    return message;
  }

  private void submit(String lane, String id) throws Exception {
    try (CoreConnection connection = CoreConnection.open(broker.url(), settings.owner());
        ClientSession session = connection.automatic()) {
      session.createProducer(lane).send(task(session, id));
    }
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

  @Test
  void aDismissedOnesConnectionsEndAtOnceAndNewOnesAreRefused() throws Exception {
    admit(null, false);
    try (CoreConnection live = connect();
        ClientSession session = live.automatic()) {
      CountDownLatch cut = cut(live);
      session.createConsumer(SHARED);
      long before = System.nanoTime();
      dismiss();
      assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
      assertThat(cut.await(30, TimeUnit.SECONDS)).as("the connection is cut").isTrue();
      System.out.printf(
          "dismissed, refused and cut: %d ms%n", (System.nanoTime() - before) / 1_000_000);
    }
    admit(null, false);
    login();
  }

  private static CountDownLatch cut(CoreConnection live) {
    CountDownLatch cut = new CountDownLatch(1);
    live.onLost(cut::countDown);
    return cut;
  }

  private void login() throws Exception {
    try (CoreConnection connection = connect()) {
      connection.automatic().close();
    }
  }

  @Test
  void itOutlivesARestartAndEndsInItsTime() throws Exception {
    long ends = System.currentTimeMillis() * 1000 + 8_000_000;
    admit(ends, false);
    restart();
    submit(SHARED, "a");
    try (CoreConnection live = connect();
        ClientSession session = live.automatic()) {
      CountDownLatch cut = cut(live);
      session.createConsumer(SHARED);
      assertThatThrownBy(() -> session.createConsumer(Addresses.DEAD))
          .isInstanceOf(ActiveMQSecurityException.class);
      assertThat(cut.await(30, TimeUnit.SECONDS)).as("the connection is cut").isTrue();
      long late = System.currentTimeMillis() * 1000 - ends;
      System.out.printf("cut %d ms after its end%n", late / 1000);
      assertThat(late).isPositive();
    }
    assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
    restart();
    assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
  }

  private void restart() throws Exception {
    broker.close();
    broker = EmbeddedBroker.start(settings);
  }

  @Test
  void itsPasswordLiesNowhereInTheBrokersData() throws Exception {
    admit(null, false);
    login();
    broker.close();
    try (var files = Files.walk(home)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        String content = Files.readString(file, StandardCharsets.ISO_8859_1);
        // The journal keeps texts with two bytes a character.
        assertThat(content.replace("\0", "").contains(pilot.password())).as("%s", file).isFalse();
      }
    }
  }
}
