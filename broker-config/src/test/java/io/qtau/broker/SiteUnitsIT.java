package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Credential;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SiteResources;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker with one unit that all pilots share, and agents that are clients of the test's own. */
class SiteUnitsIT {
  private static final String NAMES = "qtau.named.resources";
  private static final long LONG = SiteUnits.REST.toMillis() + 10_000;

  /** Nothing that rests comes within this time. */
  private static final long AT_ONCE = SiteUnits.REST.toMillis() - 500;

  private static final long SHORT = 300;

  @TempDir Path home;
  private EmbeddedBroker broker;
  private Credential pilot;

  @BeforeEach
  void start() throws Exception {
    System.setProperty(NAMES, "license:a=1,qpu:b=1");
    pilot = Credential.random("pilot.p.01234567");
    broker = EmbeddedBroker.start(settings());
  }

  private BrokerSettings settings() throws Exception {
    return new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home)).with(pilot);
  }

  @AfterEach
  void stop() {
    broker.close();
    System.clearProperty(NAMES);
  }

  private CoreConnection agent() throws Exception {
    return CoreConnection.open(broker.url(), pilot);
  }

  private static ClientConsumer unit(CoreConnection agent, int priority) throws Exception {
    ClientSession session = agent.automatic();
    session.start();
    return unit(session, priority);
  }

  private static ClientConsumer unit(ClientSession session, int priority) throws Exception {
    return session.createConsumer(
        SimpleString.of(Addresses.UNITS),
        SimpleString.of("unit = 'license:a'"),
        priority,
        0,
        -1,
        false);
  }

  @Test
  void whatIsGivenBackIsSomebodyElsesAtOnceAndThereIsNoSecondOne() throws Exception {
    try (CoreConnection one = agent();
        CoreConnection other = agent()) {
      ClientConsumer held = unit(one, 0);
      ClientMessage unit = held.receive(LONG);
      assertThat(unit).isNotNull();
      ClientConsumer waits = unit(other, 0);
      assertThat(waits.receive(SHORT)).isNull();
      unit.individualAcknowledge();
      held.close();
      assertThat(waits.receive(AT_ONCE)).isNotNull();
      assertThat(unit(one, 0).receive(SHORT)).isNull();
    }
  }

  @Test
  void aHolderThatIsGoneMayComeBackForItBeforeOthersHaveIt() throws Exception {
    try (CoreConnection other = agent()) {
      CoreConnection one = agent();
      assertThat(unit(one, 0).receive(LONG)).isNotNull();
      long gone = System.nanoTime();
      one.close();
      ClientConsumer wants = unit(other, 0);
      assertThat(wants.receive(SHORT)).isNull();
      try (CoreConnection again = agent()) {
        ClientConsumer owed = unit(again, 9);
        Thread waits = new Thread(() -> receive(wants));
        waits.start();
        assertThat(owed.receive(LONG)).isNotNull();
        assertThat(System.nanoTime() - gone)
            .isGreaterThan(SiteUnits.REST.toNanos() - TimeUnit.MILLISECONDS.toNanos(100));
        assertThat(waits.isAlive()).as("others have nothing").isTrue();
        wants.close();
        waits.join();
      }
    }
  }

  private static void receive(ClientConsumer consumer) {
    try {
      ClientMessage unused = consumer.receive();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void aRestartMakesThemAnewAsTheyAreWantedThen() throws Exception {
    try (CoreConnection one = agent()) {
      assertThat(unit(one, 0).receive(LONG)).isNotNull();
    }
    broker.close();
    System.setProperty(NAMES, "license:a=2");
    broker = EmbeddedBroker.start(settings());
    try (CoreConnection one = agent()) {
      ClientSession session = one.automatic();
      session.start();
      ClientMessage site = session.createConsumer(Addresses.SITE).receive(LONG);
      assertThat(WireFormat.decode(CoreMessages.body(site), SiteResources.class).named())
          .isEqualTo(Map.of("license:a", 2));
      assertThat(unit(session, 0).receive(LONG)).isNotNull();
      assertThat(unit(session, 0).receive(LONG)).isNotNull();
      assertThat(session.createConsumer(Addresses.UNITS).receive(SHORT)).isNull();
    }
  }

  @Test
  void nobodyButTheStewardMakesOne() throws Exception {
    for (Credential user : new Credential[] {pilot, OwnerCredential.obtain(home)}) {
      try (CoreConnection connection = CoreConnection.open(broker.url(), user)) {
        ClientSession session = connection.automatic();
        ClientMessage unit = CoreMessages.json(session, new byte[] {'{', '}'}, true);
        unit.putStringProperty(Properties.UNIT_KEY, "license:a");
        assertThatThrownBy(() -> session.createProducer(Addresses.UNITS).send(unit))
            .isInstanceOf(ActiveMQSecurityException.class);
      }
    }
  }
}
