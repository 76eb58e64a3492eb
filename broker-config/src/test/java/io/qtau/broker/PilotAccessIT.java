package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Credential;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.LeaveOrder;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** How long a pilot's credential is good for. */
class PilotAccessIT extends OnePilot {
  @Test
  void aDismissedOnesConnectionsEndWithinASecondAndNewOnesAreRefusedAtOnce() throws Exception {
    admit(null, false);
    try (CoreConnection live = connect();
        ClientSession session = live.automatic()) {
      CountDownLatch cut = cut(live);
      session.createConsumer(SHARED);
      dismiss();
      assertThat(cut.await(1, TimeUnit.SECONDS)).as("the connection is cut").isTrue();
      assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
    }
    admit(null, false);
    login();
  }

  @Test
  void itEndsWithinASecondOfItsLastAgentsGoodBye() throws Exception {
    admit(null, false);
    try (CoreConnection first = connect();
        CoreConnection last = connect();
        ClientSession one = first.automatic();
        ClientSession other = last.automatic()) {
      CountDownLatch cut = cut(first);
      hello(one, 0);
      hello(other, 1);
      bye(one, 0);
      other.createProducer(SHARED).send(task(other, "a"));
      bye(other, 1);
      assertThat(cut.await(1, TimeUnit.SECONDS)).as("a connection that stayed is cut").isTrue();
      assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
    }
  }

  @Test
  void itEndsWhenItIsSaidThatThePilotHas() throws Exception {
    admit(null, false);
    try (CoreConnection live = connect();
        ClientSession session = live.automatic()) {
      CountDownLatch cut = cut(live);
      session.createConsumer(SHARED);
      leave(LeaveOrder.Word.ENDED, null);
      assertThat(cut.await(1, TimeUnit.SECONDS)).as("the connection is cut").isTrue();
    }
    assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
  }

  @Test
  void theNextStartsLoginOutlivesThePilotsEnd() throws Exception {
    admit(null, false);
    try (CoreConnection old = connect();
        ClientSession session = old.automatic()) {
      CountDownLatch cut = cut(old);
      hello(session, 0);
      session.createConsumer(Addresses.claim(new AgentName(ONE, 0), "00000001"));
      pilot = Credential.random(new PilotLogin(ONE, "00000002").toString());
      admit(null, false);
      try (CoreConnection next = connect();
          ClientSession young = next.automatic()) {
        CountDownLatch cutToo = cut(next);
        leave(LeaveOrder.Word.BEGIN, "00000002");
        bye(session, 0);
        assertThat(cut.await(1, TimeUnit.SECONDS)).as("the old one is cut").isTrue();
        hello(young, 0);
        login();
        assertThat(cutToo.getCount()).as("the new one is not").isOne();
        bye(young, 0);
        assertThat(cutToo.await(1, TimeUnit.SECONDS)).as("until it ends").isTrue();
      }
    }
  }

  @Test
  void aBrokerThatWasAwayAtTheEndHearsOfItWithItsNextLife() throws Exception {
    admit(null, false);
    try (CoreConnection live = connect();
        ClientSession session = live.automatic()) {
      hello(session, 0);
      bye(session, 0);
      broker.close();
    }
    broker = EmbeddedBroker.start(settings);
    Awaitility.await("it is refused")
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(
            () -> assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class));
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

  @Test
  void itEndsAnHourAfterItsAllocationAsItsAgentsSay() throws Exception {
    admit(System.currentTimeMillis() * 1000 + TimeUnit.DAYS.toMicros(14), false);
    try (CoreConnection live = connect();
        ClientSession session = live.automatic()) {
      CountDownLatch cut = cut(live);
      tell(session, 0, false, -PilotAccess.AFTER_END.toNanos() / 1000 + 60_000_000);
      login();
      tell(session, 0, false, -PilotAccess.AFTER_END.toNanos() / 1000);
      assertThat(cut.await(30, TimeUnit.SECONDS)).as("the connection is cut").isTrue();
    }
    assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
  }

  private static void hello(ClientSession session, int agent) throws Exception {
    tell(session, agent, false, null);
  }

  private static void bye(ClientSession session, int agent) throws Exception {
    tell(session, agent, true, null);
  }

  private static void tell(
      ClientSession session, int number, boolean leaves, @Nullable Long lastsUs) throws Exception {
    AgentName agent = new AgentName(ONE, number);
    AgentPresence told = new AgentPresence(agent, leaves, null, lastsUs);
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(told), true);
    message.putStringProperty(Properties.CLAIMS, Addresses.claim(agent, "00000001"));
    session.createProducer(Addresses.PRESENCE).send(message);
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
