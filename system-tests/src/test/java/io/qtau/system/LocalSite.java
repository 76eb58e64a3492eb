package io.qtau.system;

import io.qtau.agent.Agent;
import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.Offer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;

/** A real broker on disk, and a real agent in this process. */
final class LocalSite implements AutoCloseable {
  private final Path home;
  private final SiteBroker broker;
  private Agent agent;
  private Thread thread;

  LocalSite(Path home, int cores) throws Exception {
    this(home, cores, SiteBroker.start(home));
  }

  LocalSite(Path home, int cores, SiteBroker broker) throws Exception {
    this.home = home;
    this.broker = broker;
    startAgent("p1.0", cores);
  }

  void startAgent(String name, int cores) throws Exception {
    startAgent(name, cores, Offer.NONE);
  }

  void startAgent(String name, int cores, Offer offer) throws Exception {
    Path directory = Files.createDirectories(home.resolve("pilots").resolve(name));
    AgentSettings settings =
        new AgentSettings(
            AgentName.parse(name),
            broker.url().toString(),
            OwnerCredential.file(home).toString(),
            directory.toString(),
            "local://",
            cores,
            null,
            null);
    Agent started = new Agent(settings.offering(offer), OwnerCredential.obtain(home));
    agent = started;
    thread =
        new Thread(
            () -> {
              try {
                started.run();
              } catch (Exception e) {
                throw new IllegalStateException(e);
              }
            },
            "agent-" + name);
    thread.start();
  }

  void restartBroker() throws Exception {
    broker.restart();
  }

  void stopAgent() throws InterruptedException {
    agent.stop();
    thread.join(TimeUnit.SECONDS.toMillis(10));
  }

  BrokerUrl url() {
    return broker.url();
  }

  Path brokerData() {
    return broker.data();
  }

  Path credentialFile() {
    return OwnerCredential.file(home);
  }

  QTau client() throws Exception {
    return QTau.connect(broker.url(), OwnerCredential.obtain(home));
  }

  @Override
  public void close() throws Exception {
    stopAgent();
    broker.close();
  }
}
