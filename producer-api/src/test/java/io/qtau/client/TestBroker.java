package io.qtau.client;

import io.qtau.broker.BrokerSettings;
import io.qtau.broker.EmbeddedBroker;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.messaging.Jms;
import jakarta.jms.ConnectionFactory;
import java.nio.file.Path;

/** A real broker that can be stopped and started again on the same data and port. */
final class TestBroker implements AutoCloseable {
  static final Credential OWNER = Credential.of("owner", "secret");
  private final Path data;
  private final BrokerUrl url;
  private EmbeddedBroker running;

  TestBroker(Path data) throws Exception {
    this.data = data;
    running = EmbeddedBroker.start(new BrokerSettings(data, 0, OWNER));
    url = running.url();
  }

  BrokerUrl url() {
    return url;
  }

  ConnectionFactory factory() {
    return Jms.factory(url, OWNER);
  }

  QTau client() throws QTauException {
    return QTau.connect(url, OWNER);
  }

  void restart() throws Exception {
    running.close();
    start();
  }

  void start() throws Exception {
    running = EmbeddedBroker.start(new BrokerSettings(data, url.port(), OWNER));
  }

  @Override
  public void close() throws Exception {
    running.close();
  }
}
