package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** There are 512 lanes at most, and what is refused for that may be sent again. */
class LaneLimitIT {
  private static final String ONE_TOO_MANY = "qtau.task.shared.c900";

  @TempDir Path home;
  private BrokerSettings settings;
  private EmbeddedBroker broker;
  private CoreConnection connection;
  private ClientSession session;

  @BeforeEach
  void fill() throws Exception {
    settings = new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home));
    broker = EmbeddedBroker.start(settings);
    connection = CoreConnection.open(broker.url(), settings.owner());
    session = connection.automatic();
    for (int cores = 2; cores < LaneLimit.MOST; cores++) {
      make("qtau.task.shared.c" + cores);
    }
    make("qtau.task.own.c1");
  }

  /** As the broker does it for itself. */
  private void make(String lane) throws Exception {
    broker
        .server()
        .createQueue(
            QueueConfiguration.of(lane).setRoutingType(RoutingType.ANYCAST).setDurable(true), true);
  }

  @AfterEach
  void stop() throws Exception {
    connection.close();
    broker.close();
  }

  private void send(String lane) throws ActiveMQException {
    byte[] body = WireFormat.encode(TaskDescription.of(new Payload.Noop()).id("t").build());
    ClientMessage message = CoreMessages.json(session, body, true);
    message.putIntProperty(Properties.VERSION, 1);
    message.putStringProperty(Properties.SESSION, "s");
    message.putStringProperty(Properties.ID, "t");
    message.putStringProperty(Properties.KIND, "noop");
    session.createProducer(lane).send(message);
  }

  private boolean isThere(String lane) {
    return broker.server().locateQueue(lane) != null;
  }

  @Test
  void oneMoreIsRefusedToItsSenderUntilAnotherHasGone() throws Exception {
    send("qtau.task.shared.c1"); // The one that is always there.
    send("qtau.task.shared.c2");
    assertThatThrownBy(() -> send(ONE_TOO_MANY))
        .isInstanceOf(ActiveMQException.class)
        .hasMessageContaining(ONE_TOO_MANY + " would be lane number 513")
        .hasMessageContaining("send it again later");
    assertThat(isThere(ONE_TOO_MANY)).isFalse();

    broker.server().destroyQueue(SimpleString.of("qtau.task.shared.c300"));
    send(ONE_TOO_MANY);
    assertThat(isThere(ONE_TOO_MANY)).isTrue();
  }

  @Test
  void aClientThatMakesTheLaneBeforeItSendsIsToldTheSame() throws Exception {
    QueueConfiguration lane =
        QueueConfiguration.of(ONE_TOO_MANY).setRoutingType(RoutingType.ANYCAST).setDurable(true);
    assertThatThrownBy(() -> session.createQueue(lane))
        .isInstanceOf(ActiveMQException.class)
        .hasMessageContaining("would be lane number 513");
    assertThat(isThere(ONE_TOO_MANY)).isFalse();
  }

  @Test
  void aTaskThatTheBrokerHasAlreadyFindsItsLaneAgain() throws Exception {
    LaneLimit limit = new LaneLimit(broker.server());
    assertThatThrownBy(() -> limit.within(ONE_TOO_MANY, true, LaneLimitIT::mustNotBeMade))
        .isInstanceOf(ActiveMQException.class);
    limit.within(ONE_TOO_MANY, false, () -> limit.check(ONE_TOO_MANY));
    assertThatThrownBy(() -> limit.check(ONE_TOO_MANY))
        .as("the next one is a client's again")
        .isInstanceOf(ActiveMQException.class);
  }

  private static void mustNotBeMade() {
    throw new AssertionError("there was room for one more");
  }
}
