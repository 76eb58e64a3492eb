package io.qtau.messaging;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;

/**
 * One connection of an agent, by the core API. It never reconnects by itself: when it is lost, all
 * its deliveries are back in their queues, and a new connection begins with none.
 */
public final class CoreConnection implements AutoCloseable {
  private static final long NEVER = -1;

  private final ServerLocator locator;
  private final ClientSessionFactory factory;
  private final Credential credential;

  private CoreConnection(
      ServerLocator locator, ClientSessionFactory factory, Credential credential) {
    this.locator = locator;
    this.factory = factory;
    this.credential = credential;
  }

  /**
   * Connects.
   *
   * @throws ActiveMQException when nobody listens there; a wrong credential shows with the first
   *     session
   */
  public static CoreConnection open(BrokerUrl url, Credential credential) throws Exception {
    ServerLocator locator = ActiveMQClient.createServerLocatorWithoutHA(Transport.to(url));
    locator.addIncomingInterceptor(new Expiry());
    return open(
        locator, credential, Timers.CONNECTION_TTL.toMillis(), Timers.FAILURE_CHECK.toMillis());
  }

  /**
   * The same inside the broker's own process. Nothing is between the two ends, so neither waits for
   * signs of life: the broker would miss them whenever somebody sets the host's clock ahead.
   */
  public static CoreConnection inVm(int acceptorId, Credential credential) throws Exception {
    return open(ActiveMQClient.createServerLocator("vm://" + acceptorId), credential, NEVER, NEVER);
  }

  private static CoreConnection open(
      ServerLocator locator, Credential credential, long ttlMillis, long checkMillis)
      throws Exception {
    locator.setReconnectAttempts(0);
    locator.setInitialConnectAttempts(1);
    locator.setConnectionTTL(ttlMillis);
    locator.setClientFailureCheckPeriod(checkMillis);
    locator.setCallTimeout(Timers.CALL_TIMEOUT.toMillis());
    locator.setConsumerWindowSize(0);
    locator.setBlockOnDurableSend(true);
    try {
      ClientSessionFactory factory = locator.createSessionFactory();
      Flushes.share(factory.getConnection());
      return new CoreConnection(locator, factory, credential);
    } catch (Exception e) {
      locator.close();
      throw e;
    }
  }

  /** A session whose sends and acks wait for its commit. */
  public ClientSession transacted() throws ActiveMQException {
    return session(false);
  }

  /** A session whose sends and acks take effect at once. */
  public ClientSession automatic() throws ActiveMQException {
    return session(true);
  }

  private ClientSession session(boolean automatic) throws ActiveMQException {
    return factory.createSession(
        credential.user(), credential.password(), false, automatic, automatic, false, 0);
  }

  /** Calls back, once or more often, when the connection is lost. */
  public void onLost(Runnable action) {
    factory.addFailoverListener(event -> action.run());
  }

  /** Whether it has been lost or closed. */
  public boolean isClosed() {
    return factory.isClosed()
        || factory.getConnection() == null
        || factory.getConnection().isDestroyed();
  }

  @Override
  public void close() {
    factory.close();
    locator.close();
  }
}
