package io.qtau.messaging;

import io.qtau.protocol.MalformedMessage;
import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.TextMessage;
import java.nio.charset.StandardCharsets;
import org.apache.activemq.artemis.api.core.ActiveMQQueueMaxConsumerLimitReached;
import org.apache.activemq.artemis.jms.client.ActiveMQConnection;
import org.apache.activemq.artemis.jms.client.ActiveMQConnectionFactory;

/** What clients and collector need of Jakarta JMS. */
public final class Jms {
  private Jms() {}

  /**
   * Makes connections that end when the broker goes: whoever holds one opens a new one, and so
   * knows what became of its transaction.
   */
  public static ConnectionFactory factory(BrokerUrl url, Credential credential) {
    ActiveMQConnectionFactory factory = new ActiveMQConnectionFactory(false, Transport.to(url));
    factory.setUser(credential.user());
    factory.setPassword(credential.password());
    factory.setReconnectAttempts(0);
    factory.setInitialConnectAttempts(1);
    factory.setConnectionTTL(Timers.CONNECTION_TTL.toMillis());
    factory.setClientFailureCheckPeriod(Timers.FAILURE_CHECK.toMillis());
    factory.setCallTimeout(Timers.CALL_TIMEOUT.toMillis());
    // Without credits: a broker whose disk is full would withhold them, and the client would hang
    // instead of being told. Transactions bound what is on its way.
    factory.setProducerWindowSize(-1);
    factory.getServerLocator().addIncomingInterceptor(new Expiry());
    return factory;
  }

  /** A new connection of {@link #factory}. */
  public static Connection connect(ConnectionFactory factory) throws JMSException {
    Connection connection = factory.createConnection();
    Flushes.share(((ActiveMQConnection) connection).getSessionFactory().getConnection());
    return connection;
  }

  /** Whether a queue refused a consumer because it allows one only, and somebody else is it. */
  public static boolean isTaken(JMSException e) {
    return e.getCause() instanceof ActiveMQQueueMaxConsumerLimitReached;
  }

  /**
   * The body of a message, whether it came as bytes or as text.
   *
   * @throws MalformedMessage when it is neither
   */
  public static byte[] body(Message message) throws JMSException, MalformedMessage {
    if (message instanceof BytesMessage bytes) {
      byte[] body = new byte[Math.toIntExact(bytes.getBodyLength())];
      bytes.readBytes(body);
      return body;
    }
    if (message instanceof TextMessage text && text.getText() != null) {
      return text.getText().getBytes(StandardCharsets.UTF_8);
    }
    throw new MalformedMessage("the body is neither bytes nor text");
  }
}
