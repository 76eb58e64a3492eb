package io.qtau.system;

import io.qtau.broker.BrokerException;
import io.qtau.broker.BrokerSettings;
import io.qtau.broker.EmbeddedBroker;
import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.nio.file.Path;

/** The embedded broker, in the tests' own process. */
final class InProcessBroker implements SiteBroker {
  private final Path home;
  private EmbeddedBroker broker;

  InProcessBroker(Path home) throws IOException, BrokerException {
    this.home = home;
    broker = start();
  }

  private EmbeddedBroker start() throws IOException, BrokerException {
    return EmbeddedBroker.start(new BrokerSettings(data(), 0, OwnerCredential.obtain(home)));
  }

  @Override
  public BrokerUrl url() {
    return broker.url();
  }

  @Override
  public Path data() {
    return home.resolve("broker");
  }

  @Override
  public void restart() throws IOException, BrokerException {
    broker.close();
    broker = start();
  }

  @Override
  public void close() {
    broker.close();
  }
}
