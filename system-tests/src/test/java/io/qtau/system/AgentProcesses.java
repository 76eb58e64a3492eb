package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Agents as real processes, with settings that no command writes: ends a few seconds ahead. */
final class AgentProcesses implements AutoCloseable {
  private final Path home;
  private final BrokerUrl broker;
  private final Map<String, Process> processes = new HashMap<>();

  AgentProcesses(Path home, BrokerUrl broker) {
    this.home = home;
    this.broker = broker;
  }

  /**
   * Starts an agent.
   *
   * @param agent {@code <pilot>.<n>}
   * @param left how long its allocation lasts; null = not known
   */
  void start(String agent, int cores, @Nullable Duration left, LeaveRules rules)
      throws IOException {
    Path directory = Files.createDirectories(home.resolve("agents").resolve(agent));
    Long ends = left == null ? null : Long.valueOf(micros(Instant.now().plus(left)));
    AgentSettings settings =
        new AgentSettings(
            AgentName.parse(agent),
            broker.toString(),
            OwnerCredential.file(home).toString(),
            null,
            directory.toString(),
            "local://",
            cores,
            ends,
            null,
            rules);
    Path file = Files.write(directory.resolve("settings.json"), WireFormat.encode(settings));
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-XX:+UseSerialGC"));
    command.addAll(ClassArchive.options());
    command.addAll(List.of("-cp", Commands.classPath()));
    command.addAll(List.of("io.qtau.agent.AgentMain", file.toString()));
    processes.put(
        agent,
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(directory.resolve("output").toFile())
            .start());
  }

  private static long micros(Instant instant) {
    return instant.toEpochMilli() * 1000;
  }

  Process process(String agent) {
    return processes.get(agent);
  }

  /** Waits for an agent that leaves by itself; its exit code has to be 0. */
  void awaitLeft(String agent) throws Exception {
    Process process = processes.get(agent);
    assertThat(process.waitFor(60, TimeUnit.SECONDS)).as(agent + " leaves").isTrue();
    assertThat(process.exitValue()).as(output(agent)).isZero();
  }

  String output(String agent) throws IOException {
    return Files.readString(home.resolve("agents").resolve(agent).resolve("output"));
  }

  @Override
  public void close() throws Exception {
    for (Process process : processes.values()) {
      process.destroyForcibly().waitFor(10, TimeUnit.SECONDS);
    }
  }
}
