package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Credential;
import io.qtau.protocol.AccessReceipt;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AdmitOrder;
import io.qtau.protocol.DismissOrder;
import io.qtau.protocol.LeaveOrder;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Properties;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.UUID;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A broker that lets in a pilot, {@code one}, when a test says so. */
abstract class OnePilot {
  static final PilotName ONE = new PilotName("one");
  static final String SHARED = "qtau.task.shared.c1";

  @TempDir Path home;
  BrokerSettings settings;
  EmbeddedBroker broker;
  Credential pilot;

  @BeforeEach
  final void start() throws Exception {
    settings = new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home));
    broker = EmbeddedBroker.start(settings);
    pilot = Credential.random(new PilotLogin(ONE, "00000001").toString());
  }

  @AfterEach
  final void stop() {
    broker.close();
  }

  final void admit(@Nullable Long ends, boolean ownPoolOnly) throws Exception {
    String token = UUID.randomUUID().toString();
    AdmitOrder order =
        new AdmitOrder(token, PilotLogin.parse(pilot.user()), pilot.hash(), ends, ownPoolOnly);
    order(order, token, Properties.ADMIT_TOKEN);
  }

  final void dismiss() throws Exception {
    String token = UUID.randomUUID().toString();
    order(new DismissOrder(token, ONE, null), token, Properties.DISMISS_TOKEN);
  }

  final void leave(LeaveOrder.Word word, @Nullable String life) throws Exception {
    String token = UUID.randomUUID().toString();
    byte[] unused =
        answer(new LeaveOrder(token, ONE, word, null, null, life), token, Properties.LEAVE_TOKEN);
  }

  private void order(Record order, String token, String property) throws Exception {
    byte[] answer = answer(order, token, property);
    assertThat(WireFormat.decode(answer, AccessReceipt.class).error()).isNull();
  }

  private byte[] answer(Record order, String token, String property) throws Exception {
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
        return CoreMessages.body(answer);
      }
    }
  }

  final CoreConnection connect() throws Exception {
    return CoreConnection.open(broker.url(), pilot);
  }

  static ClientMessage task(ClientSession session, String id) {
    TaskDescription noop = TaskDescription.of(new Payload.Noop()).id(id).build();
    ClientMessage message = CoreMessages.json(session, WireFormat.encode(noop), true);
    message.putIntProperty(Properties.VERSION, 1);
    message.putStringProperty(Properties.SESSION, "s");
    message.putStringProperty(Properties.ID, id);
    message.putStringProperty(Properties.KIND, "noop");
    return message;
  }

  final void submit(String lane, String id) throws Exception {
    try (CoreConnection connection = CoreConnection.open(broker.url(), settings.owner());
        ClientSession session = connection.automatic()) {
      session.createProducer(lane).send(task(session, id));
    }
  }
}
