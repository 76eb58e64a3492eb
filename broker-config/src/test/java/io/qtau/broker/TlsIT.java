package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.Credential;
import io.qtau.messaging.TlsTrouble;
import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.concurrent.Callable;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.FutureTask;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509TrustManager;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.client.ActiveMQClient;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.client.ClientSessionFactory;
import org.apache.activemq.artemis.api.core.client.ServerLocator;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A broker that takes TLS only, and the words for whoever comes otherwise. */
class TlsIT {
  @TempDir Path home;
  @TempDir Path elsewhere;
  private Credential owner;

  @BeforeEach
  void credential() throws Exception {
    owner = OwnerCredential.obtain(home);
  }

  private static Clock clock(Instant now) {
    return Clock.fixed(now, ZoneOffset.UTC);
  }

  private EmbeddedBroker start(Path data, String host, Clock clock) throws Exception {
    return EmbeddedBroker.start(
        new BrokerSettings(
            data.resolve("broker"),
            0,
            owner,
            Listening.prepare(new TlsFiles(data), host, clock),
            null));
  }

  private EmbeddedBroker start() throws Exception {
    return start(home, "127.0.0.1", Clock.systemUTC());
  }

  private void connect(BrokerUrl url, Credential credential) throws Exception {
    try (CoreConnection connection = CoreConnection.open(url, credential);
        ClientSession session = connection.automatic()) {
      assertThat(session.isClosed()).isFalse();
    }
  }

  private void assertRefuses(BrokerUrl url, String... words) {
    assertThatThrownBy(() -> connect(url, owner)).isInstanceOf(ActiveMQException.class);
    assertTells(url, words);
  }

  private static void assertTells(BrokerUrl url, String... words) {
    assertThat(TlsTrouble.with(url)).get().asString().contains(words);
  }

  @Test
  void aClientWithTheCertificateAndTheCredentialComesIn() throws Exception {
    try (EmbeddedBroker broker = start()) {
      assertThat(broker.url()).hasToString("tls://127.0.0.1:" + broker.url().port());
      connect(broker.url(), owner);
      connect(new BrokerUrl(true, "localhost", broker.url().port(), broker.url().ca()), owner);
      assertThat(TlsTrouble.with(broker.url())).isEmpty();
      assertThatThrownBy(() -> connect(broker.url(), Credential.of("owner", "wrong")))
          .isInstanceOf(ActiveMQSecurityException.class);
    }
  }

  /** As at the far end of a tunnel. */
  @Test
  void aClientThatKnowsItByAnotherAddressSaysWhichNameItExpects() throws Exception {
    try (EmbeddedBroker broker = start();
        ServerSocket relay =
            new ServerSocket(0, 50, InetAddress.getByAddress(new byte[] {127, 0, 0, 2}))) {
      relay(relay, broker.url().port());
      connect(through(relay, "localhost", broker), owner);
      assertRefuses(through(relay, "elsewhere", broker), "not one for elsewhere");
      assertRefuses(through(relay, null, broker), "not one for 127.0.0.2");
    }
  }

  private static BrokerUrl through(ServerSocket relay, @Nullable String as, EmbeddedBroker broker) {
    return new BrokerUrl(true, "127.0.0.2", relay.getLocalPort(), as, broker.url().ca());
  }

  private static void relay(ServerSocket relay, int port) {
    daemon(
        () -> {
          while (true) {
            Socket near = relay.accept();
            Socket far = new Socket(InetAddress.getLoopbackAddress(), port);
            daemon(() -> copy(near, far));
            daemon(() -> copy(far, near));
          }
        });
  }

  private static Void copy(Socket from, Socket to) throws IOException {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    }
    return null;
  }

  private static void daemon(Callable<?> work) {
    Thread thread = new Thread(new FutureTask<>(work), "relay");
    thread.setDaemon(true);
    thread.start();
  }

  @Test
  void whoSaysNoNameIsRefused() throws Exception {
    try (EmbeddedBroker broker = start();
        ServerLocator nobody =
            ActiveMQClient.createServerLocator(
                "tcp://127.0.0.1:%d?sslEnabled=true;trustStoreType=PEM;trustStorePath=%s"
                    .formatted(broker.url().port(), broker.url().ca()));
        ClientSessionFactory factory = nobody.createSessionFactory()) {
      assertThatThrownBy(factory::createSession).isInstanceOf(ActiveMQSecurityException.class);
    }
  }

  @Test
  void aPlainClientIsTold() throws Exception {
    try (EmbeddedBroker broker = start()) {
      int port = broker.url().port();
      // To connect would take as long as Artemis' client waits for words that it understands.
      assertTells(new BrokerUrl("127.0.0.1", port), "TLS only", "tls://127.0.0.1:" + port);
    }
  }

  @Test
  void tlsToAPlainBrokerIsTold() throws Exception {
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerSettings(home.resolve("broker"), 0, owner))) {
      int port = broker.url().port();
      Listening.prepare(new TlsFiles(home), "127.0.0.1", Clock.systemUTC());
      assertTells(
          new BrokerUrl(true, "127.0.0.1", port, home.resolve("ca.pem")),
          "does not speak TLS",
          "tcp://127.0.0.1:" + port);
    }
  }

  @Test
  void anotherAuthorityIsTold() throws Exception {
    Listening other = Listening.prepare(new TlsFiles(elsewhere), "here", Clock.systemUTC());
    try (EmbeddedBroker broker = start()) {
      assertRefuses(broker.url().trusting(other.authority()), other.authority().toString(), "--ca");
      assertRefuses(broker.url().trusting(home.resolve("none.pem")), "none.pem", "--ca");
    }
  }

  @Test
  void anExpiredCertificateIsTold() throws Exception {
    Instant longAgo = Instant.now().minus(Duration.ofDays(100));
    Clock past = clock(longAgo);
    Listening old = Listening.prepare(new TlsFiles(home), "127.0.0.1", past);
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerSettings(home.resolve("broker"), 0, owner, old, null))) {
      assertRefuses(broker.url(), "not valid now", "start the broker again");

      new ServerCertificate(new TlsFiles(home), "127.0.0.1", Clock.systemUTC()).renew();
      broker.showNewCertificate();

      connect(broker.url(), owner);
    }
  }

  @Test
  void anotherHostsNameIsTold() throws Exception {
    Listening of = Listening.prepare(new TlsFiles(home), "127.0.0.1", Clock.systemUTC());
    Listening another = new Listening("127.0.0.9", of.server(), of.authority());
    try (EmbeddedBroker broker =
        EmbeddedBroker.start(new BrokerSettings(home.resolve("broker"), 0, owner, another, null))) {
      assertRefuses(broker.url(), "127.0.0.9", "--listen");
    }
  }

  @Test
  void certificatesAreRenewedBeforeTheyEndAndOldClientsGoOn() throws Exception {
    TlsFiles files = new TlsFiles(home);
    Instant now = Instant.now();
    Listening.prepare(files, "127.0.0.1", clock(now));
    X509Certificate first = Pem.readCertificate(files.server());
    byte[] authority = Files.readAllBytes(files.authority());
    Listening.prepare(files, "127.0.0.1", clock(now.plus(Duration.ofDays(30))));
    assertThat(Pem.readCertificate(files.server())).isEqualTo(first);

    Listening.prepare(files, "127.0.0.1", clock(now.plus(Duration.ofDays(61))));
    assertThat(Pem.readCertificate(files.server())).isNotEqualTo(first);
    assertThat(files.authority()).hasBinaryContent(authority);

    Listening.prepare(files, "127.0.0.1", clock(now.plus(Duration.ofDays(2500))));
    assertThat(Files.readAllBytes(files.authority())).isNotEqualTo(authority);
    Path old = Files.write(elsewhere.resolve("ca.pem"), authority);
    try (EmbeddedBroker broker = start()) {
      connect(broker.url().trusting(old), owner);
    }
  }

  /** Two thirds of its life are over, and it is good for three more weeks. */
  @Test
  void aBrokerThatRunsRenewsItsCertificateAndWhoIsConnectedStays() throws Exception {
    TlsFiles files = new TlsFiles(home);
    Clock before = clock(Instant.now().minus(Duration.ofDays(70)));
    Listening listening = Listening.prepare(files, "127.0.0.1", before);
    X509Certificate first = Pem.readCertificate(files.server());
    try (EmbeddedBroker broker =
            EmbeddedBroker.start(
                new BrokerSettings(home.resolve("broker"), 0, owner, listening, null));
        CoreConnection pilot = CoreConnection.open(broker.url(), owner);
        ClientSession session = pilot.automatic()) {
      CountDownLatch lost = new CountDownLatch(1);
      pilot.onLost(lost::countDown);
      assertThat(shown(broker.url())).isEqualTo(first);

      CertificateWatch.start(files, listening, broker, Duration.ofMillis(200));

      await("another one is shown")
          .atMost(Duration.ofMinutes(1))
          .ignoreException(ConnectException.class) // The port is closed for a moment.
          .until(() -> !shown(broker.url()).equals(first));
      assertThat(shown(broker.url())).isEqualTo(Pem.readCertificate(files.server()));
      connect(broker.url(), owner);
      session.createConsumer("qtau.lane").close();
      assertThat(lost.getCount()).as("the pilot is connected").isEqualTo(1);
    }
  }

  /** What a client sees that looks at nothing. */
  private static X509Certificate shown(BrokerUrl url) throws Exception {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(null, new TrustManager[] {new Anybody()}, null);
    try (SSLSocket socket =
        (SSLSocket) context.getSocketFactory().createSocket(url.host(), url.port())) {
      socket.startHandshake();
      return (X509Certificate) socket.getSession().getPeerCertificates()[0];
    }
  }

  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String kind) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  @Test
  void keysAreTheirOwnersAlone() throws Exception {
    TlsFiles files = new TlsFiles(home);
    Listening.prepare(files, "127.0.0.1", Clock.systemUTC());

    assertThat(mode(files.directory())).isEqualTo("rwx------");
    assertThat(mode(files.authorityKey())).isEqualTo("rw-------");
    assertThat(mode(files.server())).isEqualTo("rw-------");
    assertThat(mode(files.authority())).isEqualTo("rw-r--r--");
    assertThat(files.authority()).content().doesNotContain("PRIVATE");
  }

  private static String mode(Path file) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(file));
  }
}
