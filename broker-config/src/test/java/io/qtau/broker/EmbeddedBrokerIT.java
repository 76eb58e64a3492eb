package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.type;

import io.qtau.broker.BrokerException.Kind;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Credential;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EmbeddedBrokerIT {
  private static final String LANE = "qtau.task.shared.c1";

  @TempDir Path home;
  private BrokerSettings settings;

  @BeforeEach
  void settings() throws Exception {
    settings = new BrokerSettings(home.resolve("broker"), 0, OwnerCredential.obtain(home));
  }

  private static ClientMessage task(ClientSession session, String name) {
    byte[] body = WireFormat.encode(TaskDescription.of(new Payload.Noop()).id("t").build());
    ClientMessage message = CoreMessages.json(session, body, true);
    message.putIntProperty(Properties.VERSION, 1);
    message.putStringProperty(Properties.SESSION, name);
    message.putStringProperty(Properties.ID, "t");
    message.putStringProperty(Properties.KIND, "noop");
    return message;
  }

  private static long count(ClientSession session, String queue) throws ActiveMQException {
    return session.queueQuery(SimpleString.of(queue)).getMessageCount();
  }

  /** A queue counts what is on its way into it a moment after the sender knows. */
  private static void awaitOne(ClientSession session, String queue) {
    Awaitility.await("one message in " + queue)
        .untilAsserted(() -> assertThat(count(session, queue)).isEqualTo(1));
  }

  @Test
  void aTaskMakesItsSessionAndSurvivesARestartOnTheSamePort() throws Exception {
    BrokerUrl url;
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings)) {
      url = broker.url();
      try (CoreConnection connection = CoreConnection.open(url, settings.owner())) {
        ClientSession session = connection.automatic();
        session.createProducer(LANE).send(task(session, "s1"));
        String results = Addresses.result(new SessionName("s1"));
        assertThat(session.queueQuery(SimpleString.of(results)).isExists()).isTrue();
        awaitOne(session, Addresses.SESSIONS);
      }
    }
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      assertThat(broker.url()).isEqualTo(url);
      ClientSession session = connection.automatic();
      awaitOne(session, LANE);
      session.createProducer(LANE).send(task(session, "s1"));
      awaitOne(session, Addresses.SESSIONS);
    }
  }

  @Test
  void aLaneThatIsNotThereIsMadeForItsFirstTask() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      session.createProducer("qtau.task.shared.c7").send(task(session, "s1"));
      awaitOne(session, "qtau.task.shared.c7");
    }
  }

  @Test
  void aResultWhoseSessionIsGoneWaitsForOrphans() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      session.createProducer(LANE).send(task(session, "s1"));
      String results = Addresses.result(new SessionName("s1"));
      session.createProducer(results).send(result(session, "s1"));
      awaitOne(session, results);
      session.deleteQueue(results);
      session.createProducer(results).send(result(session, "s1"));
      awaitOne(session, Addresses.ORPHAN);
    }
  }

  private static ClientMessage result(ClientSession session, String name) {
    ClientMessage message = task(session, name);
    message.putStringProperty(Properties.STATUS, "SUCCESS");
    message.putStringProperty(Properties.PILOT, "p");
    return message;
  }

  @Test
  void aRecordWithoutAStampOfItsSenderIsAsOldAsTheBrokerSays() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      long before = System.currentTimeMillis() * 1000;
      ClientSession session = connection.automatic();
      SessionRecord sent = new SessionRecord.Sent(new SessionName("s1"), "w", 1, 1, true);
      ClientMessage message = CoreMessages.json(session, WireFormat.encode((Record) sent), true);
      message.setTimestamp(0);
      message.putStringProperty(Properties.RECORD_KEY, sent.key());
      session.createProducer(Addresses.SESSIONS).send(message);
      var table =
          Awaitility.await("the record is in its queue")
              .until(() -> SessionTable.read(broker.server()), t -> t.containsKey(sent.session()));
      assertThat(table.get(sent.session()).lastUs()).isGreaterThanOrEqualTo(before);
    }
  }

  @Test
  void aRecordThatCameAsTextIsRead() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      SessionRecord sent = new SessionRecord.Sent(new SessionName("s1"), "w", 1, 1, true);
      ClientMessage message = session.createMessage(Message.TEXT_TYPE, true);
      String json = new String(WireFormat.encode((Record) sent), StandardCharsets.UTF_8);
      message.getBodyBuffer().writeNullableSimpleString(SimpleString.of(json));
      message.putStringProperty(Properties.RECORD_KEY, sent.key());
      session.createProducer(Addresses.SESSIONS).send(message);
      Awaitility.await("the record is in its queue")
          .until(() -> SessionTable.read(broker.server()).containsKey(sent.session()));
    }
  }

  @ParameterizedTest
  @ValueSource(bytes = {Message.MAP_TYPE, Message.STREAM_TYPE, Message.OBJECT_TYPE})
  void bodiesThatAreNeitherBytesNorTextAreRefusedOnEveryQueue(byte type) throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      for (String queue : List.of(LANE, Addresses.LANES, Addresses.CONTROL_STEWARD)) {
        assertThatThrownBy(
                () -> session.createProducer(queue).send(session.createMessage(type, true)))
            .hasMessageContaining("send JSON as bytes or as text");
      }
      assertThat(count(session, LANE)).isZero();
    }
  }

  @Test
  void theGuardRefusesWhatIsWrongToItsSender() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      ClientMessage volatileTask = task(session, "s1");
      volatileTask.setDurable(false);
      ClientMessage noKind = task(session, "s1");
      noKind.removeProperty(SimpleString.of(Properties.KIND));
      // A message that is not durable is not waited for, so its refusal shows in the queue only.
      session.createProducer(LANE).send(volatileTask);
      assertThatThrownBy(() -> session.createProducer(LANE).send(noKind))
          .hasMessageContaining("qtau_kind");
      assertThatThrownBy(() -> session.createProducer(LANE).send(task(session, "a b")))
          .hasMessageContaining("is not a name");
      assertThatThrownBy(
              () -> session.createProducer("qtau.task.shared.zz").send(task(session, "s1")))
          .hasMessageContaining("not the name of a lane");
      assertThat(count(session, LANE)).isZero();
    }
  }

  @Test
  void aTransactionWithARefusedMessageDoesNotCommit() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner());
        ClientSession session = connection.transacted()) {
      ClientMessage noKind = task(session, "s1");
      noKind.removeProperty(SimpleString.of(Properties.KIND));
      session.createProducer(LANE).send(task(session, "s1"));
      session.createProducer(LANE).send(noKind);
      session.createProducer(LANE).send(task(session, "s1"));

      assertThatThrownBy(session::commit).hasStackTraceContaining("qtau_kind");

      assertThat(count(session, LANE)).isZero();
    }
  }

  @Test
  void aWrongCredentialIsRefused() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection =
            CoreConnection.open(broker.url(), Credential.of("owner", "wrong"))) {
      assertThatThrownBy(connection::automatic).isInstanceOf(ActiveMQException.class);
    }
  }

  @Test
  void whoSaysNoNameIsRefused() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        ServerLocator nobody = ActiveMQClient.createServerLocator(broker.url().toString());
        ClientSessionFactory factory = nobody.createSessionFactory()) {
      assertThatThrownBy(factory::createSession).isInstanceOf(ActiveMQSecurityException.class);
    }
  }

  @Test
  void aSecondBrokerOnTheDataIsRefused() throws Exception {
    EmbeddedBroker broker = EmbeddedBroker.start(settings);
    try (broker) {
      assertKind(settings, Kind.DATA_IN_USE);
    }
    EmbeddedBroker.start(settings).close();
  }

  @Test
  void aPortInUseIsRefused() throws Exception {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      assertKind(
          new BrokerSettings(settings.data(), taken.getLocalPort(), settings.owner()),
          Kind.PORT_IN_USE);
    }
  }

  @Test
  void dataOfAnotherVersionAreRefused() throws Exception {
    EmbeddedBroker.start(settings).close();
    Files.writeString(settings.data().resolve("version"), "2\n");
    assertKind(settings, Kind.OTHER_VERSION);
  }

  @Test
  void aJournalThatCannotBeReadIsLeftAsItIs() throws Exception {
    try (EmbeddedBroker broker = EmbeddedBroker.start(settings);
        CoreConnection connection = CoreConnection.open(broker.url(), settings.owner())) {
      ClientSession session = connection.automatic();
      session.createProducer(LANE).send(task(session, "s1"));
    }
    Path journal = settings.data().resolve("journal");
    try (var files = Files.newDirectoryStream(journal, "*.amq")) {
      for (Path file : files) {
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
          channel.write(ByteBuffer.wrap(new byte[] {9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9, 9}), 0);
        }
      }
    }
    assertKind(settings, Kind.CORRUPT);
  }

  private static void assertKind(BrokerSettings settings, Kind kind) {
    assertThatThrownBy(() -> EmbeddedBroker.start(settings))
        .asInstanceOf(type(BrokerException.class))
        .extracting(BrokerException::kind)
        .isEqualTo(kind);
  }
}
