package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.Credential;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.Destination;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.apache.qpid.jms.JmsConnectionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What a JMS client over AMQP can send wrong. After each, a good task runs through the same agent,
 * and nothing is left over.
 */
class JmsRefusalsIT {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  /** Makes a message, or changes one. */
  private interface Making {
    Message make(Session session) throws JMSException;
  }

  @TempDir static Path home;
  private static LocalSite site;
  private static Queues queues;
  private static Connection connection;
  private String mailbox;
  private Session session;

  @BeforeAll
  static void start() throws Exception {
    site = new LocalSite(home, 2);
    queues = new Queues(site, home);
    Credential owner = OwnerCredential.obtain(home);
    // A message that is not persistent is sent without waiting, if nobody says otherwise.
    String url = "amqp://%s:%d?jms.forceSyncSend=true";
    connection =
        new JmsConnectionFactory(
                owner.user(), owner.password(), url.formatted(site.url().host(), site.url().port()))
            .createConnection();
    connection.start();
  }

  @AfterAll
  static void stop() throws Exception {
    connection.close();
    queues.close();
    site.close();
  }

  @BeforeEach
  void open() throws Exception {
    mailbox = "jms" + NUMBER.incrementAndGet();
    session = connection.createSession(Session.AUTO_ACKNOWLEDGE);
  }

  @AfterEach
  void aGoodTaskStillRuns() throws Exception {
    Session own = connection.createSession(Session.AUTO_ACKNOWLEDGE);
    send(own, task(own.createTextMessage("{\"kind\":\"noop\"}"), "good"));
    assertThat(onlyResult().status()).isEqualTo(TaskStatus.SUCCESS);
    queues.awaitEmpty(mailbox);
    own.close();
    session.close();
  }

  private TaskResult onlyResult() throws Exception {
    return queues.results(mailbox, 1).get(0);
  }

  private Message task(Message message, String id) throws JMSException {
    message.setIntProperty("qtau_v", 1);
    message.setStringProperty("qtau_session", mailbox);
    message.setStringProperty("qtau_id", id);
    message.setStringProperty("qtau_kind", "noop");
    return message;
  }

  private static void send(Session session, Message message) throws JMSException {
    send(session, session.createQueue(Queues.LANE), message);
  }

  private static void send(Session session, Destination to, Message message) throws JMSException {
    try (MessageProducer producer = session.createProducer(to)) {
      producer.send(message);
    }
  }

  static Stream<Arguments> bodies() {
    return Stream.of(
        Arguments.of("map", (Making) Session::createMapMessage, "map messages are refused"),
        Arguments.of(
            "stream", (Making) Session::createStreamMessage, "stream or list messages are refused"),
        Arguments.of(
            "object", (Making) s -> s.createObjectMessage("a"), "object messages are refused"),
        Arguments.of(
            "big", (Making) s -> s.createTextMessage("x".repeat(9 << 20)), "at most 8 MiB"));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("bodies")
  void bodiesThatAreRefused(String name, Making making, String why) throws Exception {
    Message message = task(making.make(session), "t");
    assertThatThrownBy(() -> send(session, message)).hasMessageContaining(why);
  }

  @Test
  void aMessageThatIsNotPersistent() throws Exception {
    Message message = task(session.createTextMessage("{\"kind\":\"noop\"}"), "t");
    try (MessageProducer producer = session.createProducer(session.createQueue(Queues.LANE))) {
      producer.setDeliveryMode(DeliveryMode.NON_PERSISTENT);
      assertThatThrownBy(() -> producer.send(message))
          .hasMessageContaining("a task must be durable");
    }
  }

  @Test
  void aTopic() {
    assertThatThrownBy(() -> session.createProducer(session.createTopic(Queues.LANE)))
        .hasMessageContaining("is a queue, not a topic");
    assertThatThrownBy(() -> session.createConsumer(session.createTopic(Queues.LANE)))
        .hasMessageContaining("not configured for topic support");
  }

  @Test
  void aMessageWithoutABodyIsRejected() throws Exception {
    send(session, task(session.createMessage(), "t"));
    assertThat(onlyResult().status()).isEqualTo(TaskStatus.REJECTED);
  }

  @Test
  void integersOfAnyWidthAndAReplyToElsewhere() throws Exception {
    List<Object> ones = List.of((byte) 1, (short) 1, 1, 1L);
    for (Object one : ones) {
      Message message =
          task(
              session.createTextMessage("{\"kind\":\"noop\"}"),
              "t" + one.getClass().getSimpleName());
      message.setObjectProperty("qtau_v", one);
      message.setJMSReplyTo(session.createQueue("elsewhere"));
      send(session, message);
    }
    assertThat(queues.results(mailbox, ones.size()))
        .allMatch(result -> result.status() == TaskStatus.SUCCESS);
    assertThat(queues.exists("elsewhere")).isFalse();
  }

  @Test
  void oneWrongMessageOfATransactionRollsAllBack() throws Exception {
    try (Session transacted = connection.createSession(Session.SESSION_TRANSACTED)) {
      send(transacted, task(transacted.createTextMessage("{\"kind\":\"noop\"}"), "before"));
      assertThatThrownBy(
              () -> {
                send(transacted, task(transacted.createMapMessage(), "wrong"));
                transacted.commit();
              })
          .isInstanceOf(JMSException.class);
    }
  }

  @Test
  void aSecondReaderOfResults() throws Exception {
    Destination results = session.createQueue("qtau.result." + mailbox);
    try (var first = session.createConsumer(results)) {
      assertThat(first).isNotNull();
      assertThatThrownBy(() -> session.createConsumer(results))
          .hasMessageContaining("Maximum Consumer Limit Reached");
    }
  }
}
