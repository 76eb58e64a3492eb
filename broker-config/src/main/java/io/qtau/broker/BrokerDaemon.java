package io.qtau.broker;

import io.qtau.broker.BrokerException.Kind;
import io.qtau.messaging.BrokerUrl;
import java.io.File;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** The broker that outlives the command that starts it: one per home. */
public final class BrokerDaemon {
  private static final Duration TO_START = Duration.ofSeconds(60);

  /** What is known of the daemon; everything is null when none runs. */
  public record Status(
      boolean running,
      @Nullable Long pid,
      @Nullable BrokerUrl url,
      @Nullable Path data,
      @Nullable Path credentialFile) {}

  private final Path home;

  public BrokerDaemon(Path home) {
    this.home = home;
  }

  /** Whether one runs, and where. */
  public Status status() throws IOException {
    Optional<BrokerState> state = BrokerState.read(home).filter(BrokerState::isAlive);
    return state
        .map(
            s ->
                new Status(
                    true, s.pid(), s.url(home), Path.of(s.data()), OwnerCredential.file(home)))
        .orElseGet(() -> new Status(false, null, null, null, null));
  }

  /**
   * Starts one; when this returns, one can connect.
   *
   * @param data its directory; null = {@code broker} in the home
   * @param host where it listens, with TLS, without brackets; null = on 127.0.0.1, without TLS
   * @param port where it listens; 0 = the port kept with the data, at first a free one
   * @param java the command of a JVM with QTau on its class path, without a main class
   */
  public Status start(@Nullable Path data, @Nullable String host, int port, List<String> java)
      throws IOException, BrokerException, InterruptedException {
    OwnerCredential.obtain(home);
    Status before = status();
    Path directory = (data == null ? home.resolve("broker") : data).toAbsolutePath().normalize();
    if (before.running()) {
      throw new BrokerException(
          Kind.DATA_IN_USE,
          "a broker runs already: pid "
              + before.pid()
              + ", "
              + before.url()
              + ", data "
              + before.data());
    }
    Path failure = Files.createTempFile(home, "broker-start", ".txt");
    try {
      Process process = launch(directory, host, port, java, failure);
      return await(process, failure);
    } finally {
      Files.deleteIfExists(failure);
    }
  }

  private Process launch(
      Path data, @Nullable String host, int port, List<String> java, Path failure)
      throws IOException {
    // What it writes is its owner's alone. A session of its own: closing the terminal does not end
    // it.
    List<String> command =
        new ArrayList<>(List.of("/bin/sh", "-c", "umask 077; exec setsid \"$@\"", "qtau-broker"));
    command.addAll(java);
    command.add(BrokerMain.class.getName());
    command.addAll(
        List.of(home.toString(), data.toString(), Integer.toString(port), failure.toString()));
    if (host != null) {
      command.add(host);
    }
    File log = home.resolve("broker.log").toFile();
    return new ProcessBuilder(command)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
        .redirectError(ProcessBuilder.Redirect.appendTo(log))
        .start();
  }

  private Status await(Process process, Path failure)
      throws IOException, BrokerException, InterruptedException {
    long end = System.nanoTime() + TO_START.toNanos();
    while (System.nanoTime() < end) {
      Status status = status();
      if (status.url() != null && canConnect(status.url())) {
        return status;
      }
      if (process.waitFor(20, TimeUnit.MILLISECONDS) && !status().running()) {
        throw explain(Files.readString(failure));
      }
    }
    process.destroy();
    throw new BrokerException(
        Kind.FAILED, "the broker did not start in " + TO_START.toSeconds() + " s; see " + log());
  }

  private BrokerException explain(String told) {
    int line = told.indexOf('\n');
    return line < 0
        ? new BrokerException(Kind.FAILED, "the broker's process ended; see " + log())
        : new BrokerException(
            Kind.valueOf(told.substring(0, line)), told.substring(line + 1).strip());
  }

  private Path log() {
    return home.resolve("broker.log");
  }

  private static boolean canConnect(BrokerUrl url) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(url.host(), url.port()), 1000);
      return true;
    } catch (IOException notYet) {
      return false;
    }
  }

  /**
   * Ends it: TERM, and after {@code patience} KILL.
   *
   * @return false when none ran
   */
  public boolean stop(Duration patience) throws IOException, InterruptedException {
    Optional<BrokerState> state = BrokerState.read(home).filter(BrokerState::isAlive);
    if (state.isEmpty()) {
      return false;
    }
    Optional<ProcessHandle> process = ProcessHandle.of(state.get().pid());
    process.ifPresent(ProcessHandle::destroy);
    long end = System.nanoTime() + patience.toNanos();
    while (state.get().isAlive() && System.nanoTime() < end) {
      TimeUnit.MILLISECONDS.sleep(20);
    }
    if (state.get().isAlive()) {
      process.ifPresent(ProcessHandle::destroyForcibly);
    }
    BrokerState.remove(home);
    return true;
  }
}
