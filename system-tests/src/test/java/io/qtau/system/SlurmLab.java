package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;

/**
 * A Slurm cluster of four nodes for the tests alone. It ends with this process at the latest;
 * several of them live side by side.
 */
public final class SlurmLab implements AutoCloseable {
  private static final Path SCRIPTS = Path.of("src/test/lab/slurm").toAbsolutePath();
  private static final int PORTS = 6;

  private static SlurmLab running;

  private final Path directory;
  private final List<String> start;

  private SlurmLab(String... more) throws IOException {
    // Short: it holds sockets.
    directory = Files.createTempDirectory("qtau-slurm");
    start = new ArrayList<>(List.of(directory.toString(), Integer.toString(freePorts())));
    start.addAll(List.of(more));
  }

  /** The one of this process; all its nodes are idle when it is new. */
  public static synchronized SlurmLab get() throws Exception {
    if (running == null) {
      running = new SlurmLab().begun();
    }
    return running;
  }

  /**
   * Another one, with a database: it has a history, and knows which accounts there are. Its caller
   * closes it.
   */
  static SlurmLab withAccounts() throws Exception {
    return new SlurmLab("accounts").begun();
  }

  /** Another one, whose nodes say that they have so many processors. Its caller closes it. */
  static SlurmLab withProcessors(int count) throws Exception {
    return new SlurmLab(Integer.toString(count)).begun();
  }

  private SlurmLab begun() throws Exception {
    Runtime.getRuntime().addShutdownHook(new Thread(this::down, "slurm-down"));
    up();
    return this;
  }

  /** What Slurm's commands need in their environment. */
  public Map<String, String> variables() {
    return Map.of("SLURM_CONF", directory.resolve("slurm.conf").toString());
  }

  /** What makes a command run on a login host: a machine that the nodes know by that name. */
  List<String> login() {
    return List.of(
        "unshare",
        "--uts",
        "--mount",
        "sh",
        "-c",
        "hostname login && mount --bind \"$0\" /etc/hosts && exec \"$@\"",
        directory.resolve("hosts").toString());
  }

  /** Starts whatever of it does not run. */
  public void up() throws Exception {
    script("up", start);
  }

  /** Ends the controller: its commands have no answer until {@link #up}. */
  public void stopController() throws Exception {
    long pid = Long.parseLong(Files.readString(directory.resolve("slurmctld.pid")).strip());
    // Killed, it would have forgotten what began in the last seconds.
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
    Awaitility.await("the controller is gone")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> ProcessHandle.of(pid).isEmpty());
  }

  /** The allocations that it lists as waiting or running. */
  public List<String> allocations() throws Exception {
    return output("squeue", "--noheader", "--format=%A");
  }

  /** Runs one of Slurm's commands; it must succeed. */
  public void run(String... command) throws Exception {
    StockBroker.run(List.of(command), variables());
  }

  /** The same; what it prints, by lines. */
  List<String> output(String... command) throws Exception {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().putAll(variables());
    Process process = builder.redirectInput(Path.of("/dev/null").toFile()).start();
    return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
        .lines()
        .toList();
  }

  /** Ends it and all that runs in it. */
  @Override
  public void close() throws Exception {
    script("down", List.of(directory.toString()));
    assertThat(directory).doesNotExist();
  }

  private void down() {
    try {
      script("down", List.of(directory.toString()));
    } catch (Exception | AssertionError e) {
      System.err.println("the Slurm cluster of the tests goes on: " + e);
    }
  }

  private static void script(String name, List<String> arguments) throws Exception {
    List<String> command = new ArrayList<>(List.of(SCRIPTS.resolve(name).toString()));
    command.addAll(arguments);
    StockBroker.run(command, Map.of());
  }

  private static int freePorts() {
    int first = 0;
    while (first == 0 || !areFree(first)) {
      first = ThreadLocalRandom.current().nextInt(20_000, 30_000);
    }
    return first;
  }

  private static boolean areFree(int first) {
    for (int port = first; port < first + PORTS; port++) {
      try (ServerSocket probe = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        probe.setReuseAddress(true);
      } catch (IOException taken) {
        return false;
      }
    }
    return true;
  }
}
