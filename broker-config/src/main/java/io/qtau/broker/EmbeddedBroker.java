package io.qtau.broker;

import io.qtau.broker.BrokerException.Kind;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import java.io.IOException;
import java.io.InputStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.core.config.impl.ConfigurationImpl;
import org.apache.activemq.artemis.core.deployers.impl.FileConfigurationParser;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.embedded.EmbeddedActiveMQ;
import org.apache.activemq.artemis.spi.core.security.ActiveMQBasicSecurityManager;
import org.apache.activemq.artemis.utils.XMLUtil;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A broker in this process: one data directory, one port, the owner's credential. */
public final class EmbeddedBroker implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(EmbeddedBroker.class);
  private static final String HOST = "127.0.0.1";
  private static final AtomicInteger NEXT_VM = new AtomicInteger();

  private final EmbeddedActiveMQ server;
  private final DataDirectory directory;
  private final Path data;
  private final BrokerUrl url;
  private final DiskFailure diskFailure;
  private boolean closed;

  private EmbeddedBroker(
      EmbeddedActiveMQ server,
      DataDirectory directory,
      Path data,
      BrokerUrl url,
      DiskFailure diskFailure) {
    this.server = server;
    this.diskFailure = diskFailure;
    this.directory = directory;
    this.data = data;
    this.url = url;
  }

  /**
   * Starts a broker. When this returns, one can connect, and all that it had accepted before is
   * there.
   *
   * @throws BrokerException when it does not start; then nothing runs and nothing is locked
   */
  public static EmbeddedBroker start(BrokerSettings settings) throws BrokerException {
    Path data = settings.data().toAbsolutePath().normalize();
    DataDirectory directory = DataDirectory.open(data);
    try {
      BrokerUrl url = url(settings.listening(), directory.port(settings.port()));
      EmbeddedActiveMQ server = new EmbeddedActiveMQ();
      Configuration configuration =
          configuration(settings, data, url.port(), directory.syncNanos());
      server.setConfiguration(configuration);
      server.setSecurityManager(users(settings, configuration));
      StartFailure failure = new StartFailure();
      DiskFailure diskFailure = new DiskFailure(data);
      start(server, failure, diskFailure, url, data);
      return new EmbeddedBroker(server, directory, data, url, diskFailure);
    } catch (BrokerException e) {
      directory.close();
      throw e;
    } catch (Exception e) {
      directory.close();
      throw new BrokerException(
          Kind.FAILED, "the broker on " + data + " did not start: " + e.getMessage(), e);
    }
  }

  private static BrokerUrl url(@Nullable Listening listening, int port) {
    return listening == null
        ? new BrokerUrl(HOST, port)
        : new BrokerUrl(true, listening.name(), port, listening.authority());
  }

  /** A port where nobody listens now, for who has to know it before the broker starts. */
  public static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static void start(
      EmbeddedActiveMQ server,
      StartFailure failure,
      DiskFailure diskFailure,
      BrokerUrl url,
      Path data)
      throws Exception {
    try {
      server.createActiveMQServer();
      server.getActiveMQServer().registerIOCriticalErrorListener(diskFailure);
      server.getActiveMQServer().registerActivationFailureListener(failure);
      server.start();
      failure.rethrow();
      if (!server.getActiveMQServer().isActive()) {
        throw new IOException("it did not become active");
      }
    } catch (Exception e) {
      server.stop();
      throw explain(e, url, data);
    }
  }

  private static BrokerException explain(Exception e, BrokerUrl url, Path data) {
    for (Throwable cause = e; cause != null; cause = cause.getCause()) {
      String message = String.valueOf(cause.getMessage());
      if (cause instanceof BindException || message.contains("Address already in use")) {
        return new BrokerException(
            Kind.PORT_IN_USE,
            "port "
                + url.port()
                + " on "
                + url.host()
                + " is in use by another program; stop it, or "
                + "name another port",
            e);
      }
    }
    return new BrokerException(
        Kind.CORRUPT,
        "the broker cannot read its journal in "
            + data
            + ": "
            + e.getMessage()
            + ". Nothing was changed; restore the directory from a copy, or name another one",
        e);
  }

  // The file takes its values from system properties, which are one set for the whole process.
  private static synchronized Configuration configuration(
      BrokerSettings settings, Path data, int port, long syncNanos) throws Exception {
    long heap = Runtime.getRuntime().maxMemory();
    Map<String, String> values = new HashMap<>();
    values.put("qtau.data", data.toString());
    values.put("qtau.host", HOST);
    values.put("qtau.port", Integer.toString(port));
    values.put("qtau.vm", Integer.toString(NEXT_VM.getAndIncrement()));
    values.put(
        "qtau.journal.buffer.nanos",
        Long.toString(Math.max(50_000, Math.min(1_000_000, syncNanos))));
    values.put("qtau.memory.bytes", Long.toString(heap / 25));
    if (settings.listening() != null) {
      values.putAll(settings.listening().properties());
    }
    values.forEach(System::setProperty);
    try (InputStream xml = EmbeddedBroker.class.getResourceAsStream("broker.xml")) {
      // Not parseMainConfig(InputStream): checking the schema takes 0.4 s, and a test does that.
      Configuration configuration = new ConfigurationImpl();
      new FileConfigurationParser()
          .parseMainConfig(XMLUtil.streamToElement(Objects.requireNonNull(xml)), configuration);
      return configuration;
    } finally {
      values.keySet().forEach(System::clearProperty);
    }
  }

  private static ActiveMQBasicSecurityManager users(
      BrokerSettings settings, Configuration configuration) {
    ActiveMQBasicSecurityManager users = new ActiveMQBasicSecurityManager();
    if (settings.pilot() != null) {
      FirstPilot withPilot = new FirstPilot(settings.pilot());
      withPilot.addRights(configuration);
      users = withPilot;
    }
    Credential owner = settings.owner();
    users.init(
        Map.of(
            ActiveMQBasicSecurityManager.BOOTSTRAP_USER, owner.user(),
            ActiveMQBasicSecurityManager.BOOTSTRAP_PASSWORD, owner.password(),
            ActiveMQBasicSecurityManager.BOOTSTRAP_ROLE, "owner"));
    return users;
  }

  /**
   * Shows the certificate that lies in its file now to whoever connects from here on. Connections
   * stay; for a moment there are no new ones.
   */
  void showNewCertificate() {
    server().getRemotingService().getAcceptor("net").reload();
  }

  /** Does something again and again while the broker runs, the first time after one interval. */
  void every(Duration interval, Runnable work) {
    long millis = interval.toMillis();
    var unused =
        server()
            .getScheduledPool()
            .scheduleWithFixedDelay(work, millis, millis, TimeUnit.MILLISECONDS);
  }

  ActiveMQServer server() {
    return server.getActiveMQServer();
  }

  /** Where clients connect. */
  public BrokerUrl url() {
    return url;
  }

  /** Its directory. */
  public Path data() {
    return data;
  }

  /**
   * Completes when it has ended by itself, since its disk cannot be written, with words for people:
   * whoever runs it has to end too.
   */
  public CompletionStage<String> failed() {
    return diskFailure.told();
  }

  /** The median sync of its disk in nanoseconds, as measured at its first start. */
  public long syncNanos() throws IOException {
    return directory.syncNanos();
  }

  /** Stops it; what it has accepted stays in its directory. */
  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      server.stop();
    } catch (Exception e) {
      LOG.warn("the broker on {} did not stop cleanly", data, e);
    } finally {
      directory.close();
    }
  }
}
