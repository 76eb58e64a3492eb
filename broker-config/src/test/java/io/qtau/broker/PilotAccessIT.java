package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.junit.jupiter.api.Test;

/** How long a pilot's credential is good for. */
class PilotAccessIT extends OnePilot {
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

  @Test
  void itEndsAnHourAfterItsAllocationAsItsAgentsSay() throws Exception {
    admit(System.currentTimeMillis() * 1000 + TimeUnit.DAYS.toMicros(14), false);
    try (CoreConnection live = connect();
        ClientSession session = live.automatic()) {
      CountDownLatch cut = cut(live);
      hello(session, -PilotAccess.AFTER_END.toNanos() / 1000 + 60_000_000);
      login();
      hello(session, -PilotAccess.AFTER_END.toNanos() / 1000);
      assertThat(cut.await(30, TimeUnit.SECONDS)).as("the connection is cut").isTrue();
    }
    assertThatThrownBy(this::login).isInstanceOf(ActiveMQSecurityException.class);
  }

  private static void hello(ClientSession session, long lastsUs) throws Exception {
    AgentName agent = new AgentName(ONE, 0);
    AgentPresence told = new AgentPresence(agent, false, null, lastsUs);
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
