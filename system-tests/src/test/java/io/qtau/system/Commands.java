package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * The qtau command as a user starts it, each time in a process of its own, with a home of its own.
 */
final class Commands implements AutoCloseable {
  static final String MAIN = "io.qtau.cli.Main";
  static final Path LIBRARY = Path.of("../cli/target/dist/lib").toAbsolutePath().normalize();
  private static final ObjectMapper JSON = new ObjectMapper();

  /** How a command ended. */
  record Ended(int code, String out, String err) {
    JsonNode json() throws IOException {
      List<String> lines = out.lines().toList();
      return JSON.readTree(lines.get(lines.size() - 1));
    }
  }

  private final Path home;
  private final @Nullable BrokerUrl broker;
  private final Map<String, String> environment;
  private final List<String> options;

  Commands(Path home) {
    this(home, null, Map.of(), List.of());
  }

  /** The same with a broker that is not the home's own. */
  Commands(Path home, @Nullable BrokerUrl broker) {
    this(home, broker, Map.of(), List.of());
  }

  /** The same with further variables in their environment. */
  Commands(Path home, @Nullable BrokerUrl broker, Map<String, String> environment) {
    this(home, broker, environment, List.of());
  }

  /** The same as the user of that site. */
  Commands(Path home, SshSite site) {
    this(home, null, Map.of(), List.of("-Duser.home=" + site.home()));
  }

  private Commands(
      Path home,
      @Nullable BrokerUrl broker,
      Map<String, String> environment,
      List<String> options) {
    this.home = home;
    this.broker = broker;
    this.environment = environment;
    this.options = options;
    LogsOfFailures.watch(home);
  }

  /** The same with more in the environment, which daemons and agents inherit. */
  Commands with(Map<String, String> more) {
    return new Commands(home, broker, more, options);
  }

  Ended run(String... arguments) throws Exception {
    return end(List.of(), MAIN, arguments);
  }

  /** The same on another host. */
  Ended run(FarHost host, String... arguments) throws Exception {
    return end(host.prefix(), MAIN, arguments);
  }

  /** Runs a source file with QTau on its class path. */
  Ended java(String source) throws Exception {
    return end(List.of(), source);
  }

  private Ended end(List<String> prefix, String main, String... arguments) throws Exception {
    Path out = Files.createTempFile("qtau-out", ".txt");
    Path err = Files.createTempFile("qtau-err", ".txt");
    try {
      Process process = launch(prefix, out, err, main, arguments);
      if (!process.waitFor(3, TimeUnit.MINUTES)) {
        process.destroyForcibly();
        throw new AssertionError("hangs: " + List.of(arguments) + "\n" + Files.readString(err));
      }
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err));
    } finally {
      Files.delete(out);
      Files.delete(err);
    }
  }

  /** The same, and it must succeed. */
  Ended ok(String... arguments) throws Exception {
    Ended ended = run(arguments);
    assertThat(ended.code()).as(String.join(" ", arguments) + "\n" + ended.err()).isZero();
    return ended;
  }

  /** Starts a pilot on this machine; on return it is ready. */
  void localPilot(String name, int cores) throws Exception {
    Ended unused =
        ok(
            "pilot",
            "start",
            "--resource",
            "local://",
            "--name",
            name,
            "--cores-per-node",
            Integer.toString(cores),
            "--wait");
  }

  Process start(Path out, Path err, String... arguments) throws IOException {
    return launch(List.of(), out, err, MAIN, arguments);
  }

  private Process launch(List<String> prefix, Path out, Path err, String main, String... arguments)
      throws IOException {
    List<String> command = new ArrayList<>(prefix);
    command.addAll(
        List.of(
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Djdk.lang.Process.launchMechanism=VFORK"));
    command.addAll(ClassArchive.options());
    command.addAll(options);
    command.addAll(List.of("-cp", classPath(), main));
    command.addAll(List.of(arguments));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("QTAU_HOME", home.toString());
    builder.environment().remove("QTAU_BROKER");
    builder.environment().putAll(environment);
    if (broker != null) {
      builder.environment().put("QTAU_BROKER", broker.toString());
    }
    builder.redirectInput(Path.of("/dev/null").toFile());
    builder.redirectOutput(out.toFile()).redirectError(err.toFile());
    return builder.start();
  }

  /** As in the start script: first what gets into no class archive, to be found at once. */
  static String classPath() throws IOException {
    try (var jars = Files.list(LIBRARY)) {
      return String.join(
          ":",
          jars.map(Path::toString)
              .sorted(
                  Comparator.comparing((String jar) -> !jar.contains("/picocli-"))
                      .thenComparing(Comparator.naturalOrder()))
              .toList());
    }
  }

  /** Ends a process as nobody can prepare for, and waits until it is gone. */
  static void kill(long pid) {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroyForcibly);
    Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
    Awaitility.await("process " + pid + " is gone")
        .until(() -> !Files.exists(commandLine) || Files.readAllBytes(commandLine).length == 0);
  }

  /** Ends what the tests have left running. */
  @Override
  public void close() throws Exception {
    run("pilot", "stop", "--all");
    run("broker", "stop");
  }
}
