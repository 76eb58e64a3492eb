package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Credential;
import io.qtau.protocol.Properties;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQAddressFullException;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A disk that fills stops clients first. */
class RoomIT {
  private static final String LEAST = "qtau.disk.least.free.bytes";
  private static final String LANE = "qtau.task.shared.c1";

  @TempDir Path home;

  @AfterEach
  void clear() {
    System.clearProperty(LEAST);
  }

  private static void send(ClientSession session, String id, boolean attempt) throws Exception {
    byte[] body = "{\"kind\":\"noop\"}".getBytes(StandardCharsets.UTF_8);
    ClientMessage message = CoreMessages.json(session, body, true);
    message.putIntProperty(Properties.VERSION, 1);
    message.putStringProperty(Properties.SESSION, "s");
    message.putStringProperty(Properties.ID, id);
    message.putStringProperty(Properties.KIND, "noop");
    if (attempt) {
      message.putIntProperty(Properties.ATTEMPT, 2);
    }
    session.createProducer(LANE).send(message);
  }

  @Test
  void clientsAreRefusedAndAgentsAreNot() throws Exception {
    System.setProperty(LEAST, Long.toString(Long.MAX_VALUE));
    Credential owner = OwnerCredential.obtain(home);
    Credential pilot = Credential.random("pilot.p.01234567");
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(new BrokerSettings(home.resolve("broker"), 0, owner).with(pilot));
        CoreConnection connection = CoreConnection.open(broker.url(), owner);
        ClientSession session = connection.automatic();
        CoreConnection agents = CoreConnection.open(broker.url(), pilot);
        ClientSession agent = agents.automatic()) {
      Awaitility.await("the steward has looked")
          .atMost(20, TimeUnit.SECONDS)
          .untilAsserted(
              () ->
                  assertThatThrownBy(() -> send(session, "t" + System.nanoTime(), false))
                      .isInstanceOf(ActiveMQAddressFullException.class)
                      .hasMessageContaining("takes no new tasks"));

      assertThatThrownBy(() -> send(session, "no-copy", true))
          .isInstanceOf(ActiveMQAddressFullException.class);
      assertThatCode(() -> send(agent, "copy", true)).doesNotThrowAnyException();
    }
  }
}
