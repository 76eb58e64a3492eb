package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.EmbeddedBroker;
import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/** A stock Apache Artemis with QTau's plugin, installed as docs/standalone.md says. */
final class StockBroker implements SiteBroker {
  private final Path instance;
  private final BrokerUrl url;
  private Process process;

  private StockBroker(Path instance, BrokerUrl url) {
    this.instance = instance;
    this.url = url;
  }

  /** Makes an instance in the home, and starts it. */
  static StockBroker install(Path home) throws Exception {
    Path instance = home.resolve("artemis");
    BrokerUrl url = new BrokerUrl("127.0.0.1", EmbeddedBroker.freePort());
    bash(StandaloneGuide.install(), places(instance, url.port()));
    Files.copy(instance.resolve("credential"), OwnerCredential.file(home));
    StockBroker broker = new StockBroker(instance, url);
    broker.start();
    return broker;
  }

  /** What the document leaves to its reader. */
  static Map<String, String> places(Path instance, int port) {
    return Map.of(
        "QTAU", Path.of("..").toAbsolutePath().normalize().toString(),
        "ARTEMIS", distribution().toString(),
        "BROKER", instance.toString(),
        "PORT", Integer.toString(port));
  }

  /** Apache's archive, unpacked by the build. */
  static Path distribution() {
    return Path.of(System.getProperty("qtau.test.artemis"));
  }

  /** Runs commands; they must succeed. */
  static void bash(String commands, Map<String, String> environment) throws Exception {
    run(List.of("bash", "-euc", commands), environment);
  }

  /** Runs a program; it must succeed. */
  static void run(List<String> command, Map<String, String> environment) throws Exception {
    Path log = Files.createTempFile("qtau-bash", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(environment);
    builder.redirectInput(Path.of("/dev/null").toFile());
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    boolean ended = process.waitFor(3, TimeUnit.MINUTES);
    String said = Files.readString(log);
    Files.delete(log);
    assertThat(ended).as("hangs: %s%n%s", command, said).isTrue();
    assertThat(process.exitValue()).as("%s%n%s", command, said).isZero();
  }

  void start() throws IOException {
    Path log = instance.resolve("log/console.log");
    process =
        new ProcessBuilder(instance.resolve("bin/artemis").toString(), "run")
            .redirectInput(Path.of("/dev/null").toFile())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
            .start();
    Awaitility.await("the broker listens; see " + log)
        .atMost(Duration.ofSeconds(60))
        .until(this::listens);
  }

  private boolean listens() {
    assertThat(process.isAlive()).isTrue();
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(url.host(), url.port()), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /** As nobody can prepare for. */
  void kill() {
    Commands.kill(process.pid());
  }

  @Override
  public BrokerUrl url() {
    return url;
  }

  @Override
  public Path data() {
    return instance.resolve("data");
  }

  @Override
  public void restart() throws IOException {
    kill();
    start();
  }

  @Override
  public void close() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(20, TimeUnit.SECONDS)) {
      kill();
      throw new AssertionError("the broker did not end when it was told to");
    }
  }
}
