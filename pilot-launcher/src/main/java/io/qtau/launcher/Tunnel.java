package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import java.io.File;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/**
 * The way from a pilot's agents back to the broker, through SSH connections of this side: a port on
 * each of their hosts, or on the login host of their cluster. A process of its own, {@link
 * TunnelMain}, keeps them open.
 *
 * @param home the user's home, with {@code .ssh}
 * @param brokerHost where the broker is, from this side
 * @param ends one for each host
 */
record Tunnel(String home, String brokerHost, int brokerPort, List<End> ends) {
  static final String FILE = "tunnel.json";
  static final String LOOPBACK = "127.0.0.1";

  private static final String PID = "tunnel.pid";
  private static final String LOG = "tunnel.log";
  private static final Duration OPEN = Duration.ofSeconds(60);
  private static final Duration GRACE = Duration.ofSeconds(5);
  private static final int LOOK_MILLIS = 20;
  private static final Duration TO_LOOK = Duration.ofSeconds(30);
  private static final String CONNECTS = ": <>\"/dev/tcp/$1/$2\"";

  /**
   * The far end on one host.
   *
   * @param bind the address there that it listens at
   * @param port 0 = the server is to choose one
   */
  record End(String host, String bind, int port) {}

  Tunnel {
    ends = List.copyOf(ends);
  }

  /** Starts one. On return it is open everywhere; the answer says where it begins on each host. */
  static Map<SshAddress, String> toHosts(
      PilotRequest request,
      SshConfig config,
      PilotDirectory directory,
      Collection<SshAddress> hosts)
      throws IOException, InterruptedException {
    URI broker = URI.create(request.broker());
    Map<SshAddress, String> begins = new LinkedHashMap<>();
    for (End end : start(request, config, directory, hosts, LOOPBACK)) {
      begins.put(
          HostList.parse(end.host()).get(0),
          broker.getScheme() + "://" + LOOPBACK + ":" + end.port());
    }
    return begins;
  }

  /**
   * Starts one for the nodes of a cluster: it begins at the name that its login host has there. The
   * answer is the broker's URL for them.
   *
   * @throws InvalidField when the broker is without TLS
   * @throws IOException when the login host lets nobody else use it
   */
  static String toNodes(
      PilotRequest request, SshConfig config, PilotDirectory directory, SshHost login)
      throws IOException, InterruptedException {
    if (!request.broker().startsWith("tls:")) {
      throw new InvalidField(
          "tunnel",
          "others could listen on its way through the cluster, and the broker has no TLS; start it with --listen 127.0.0.1:0");
    }
    String name = login.run(List.of("uname", "-n"), TO_LOOK).out().strip();
    int port = start(request, config, directory, List.of(login.address()), name).get(0).port();
    Host.Ended looked =
        login.run(
            List.of("/bin/bash", "-c", CONNECTS, "bash", name, Integer.toString(port)), TO_LOOK);
    if (looked.code() != 0) {
      throw new IOException(
          "the nodes could not use the tunnel: %s opens its port for itself only, not as '%s' (sshd_config: GatewayPorts); give --broker a URL that they can reach"
              .formatted(login, name));
    }
    // All brokers are certified for that name.
    return "tls://" + name + ":" + port + "?as=localhost";
  }

  private static List<End> start(
      PilotRequest request,
      SshConfig config,
      PilotDirectory directory,
      Collection<SshAddress> hosts,
      String bind)
      throws IOException, InterruptedException {
    URI broker = URI.create(request.broker());
    if (broker.getHost() == null || broker.getPort() < 1) {
      throw new InvalidField("broker", "'" + broker + "' has no host and port");
    }
    List<End> ends = hosts.stream().map(host -> new End(host.toString(), bind, 0)).toList();
    directory.write(
        FILE, new Tunnel(config.home().toString(), broker.getHost(), broker.getPort(), ends));
    Process process = launch(request, directory);
    Files.writeString(directory.path().resolve(PID), process.pid() + "\n");
    return awaitOpen(process, directory).ends();
  }

  private static Process launch(PilotRequest request, PilotDirectory directory) throws IOException {
    List<String> argv = new ArrayList<>(List.of("setsid"));
    argv.addAll(request.javaCommand());
    argv.addAll(List.of(TunnelMain.class.getName(), directory.path().toString()));
    File log = directory.path().resolve(LOG).toFile();
    Files.deleteIfExists(log.toPath());
    return new ProcessBuilder(argv)
        .redirectInput(new File("/dev/null"))
        .redirectOutput(log)
        .redirectErrorStream(true)
        .start();
  }

  private static Tunnel awaitOpen(Process process, PilotDirectory directory)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + OPEN.toNanos();
    while (System.nanoTime() < deadline) {
      boolean ended = process.waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS);
      Optional<Tunnel> tunnel = directory.read(FILE, Tunnel.class);
      if (tunnel.isPresent() && tunnel.get().isOpen()) {
        return tunnel.get();
      }
      if (ended) {
        throw new IOException("the tunnel did not open: " + log(directory));
      }
    }
    throw new IOException(
        "the tunnel is not open after " + OPEN.toSeconds() + " s: " + log(directory));
  }

  private boolean isOpen() {
    return ends.stream().allMatch(end -> end.port() > 0);
  }

  private static String log(PilotDirectory directory) throws IOException {
    return Files.readString(directory.path().resolve(LOG)).strip();
  }

  /** Ends a pilot's tunnel; none is no error. */
  static void end(PilotDirectory directory) throws IOException {
    Path file = directory.path().resolve(PID);
    if (!Files.exists(file)) {
      return;
    }
    long pid = Long.parseLong(Files.readString(file).strip());
    if (isTunnel(pid, directory) && !new AgentProcess(pid).end(GRACE)) {
      throw new IOException("the tunnel, process " + pid + " on this host, lives on");
    }
    Files.delete(file);
  }

  /** Another process may have its number by now. */
  private static boolean isTunnel(long pid, PilotDirectory directory) {
    try {
      String line = Files.readString(Path.of("/proc", Long.toString(pid), "cmdline"));
      return Arrays.asList(line.split("\0", -1)).contains(directory.path().toString());
    } catch (IOException gone) {
      return false;
    }
  }

  Tunnel with(int number, int port) {
    List<End> changed = new ArrayList<>(ends);
    changed.set(number, new End(ends.get(number).host(), ends.get(number).bind(), port));
    return new Tunnel(home, brokerHost, brokerPort, changed);
  }
}
