package io.qtau.launcher;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.WireFormat;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** The agents of pilots on one host. */
record SshAgents(SshHost host) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int ALREADY = 5;
  private static final int PRIVATE = 0600;
  private static final int TAIL_BYTES = 2000;

  /** What the host says of one. */
  enum State {
    ALIVE,
    /** It has taken its leave. */
    LEFT,
    ENDED,
    NONE
  }

  /** Starts one. On return it is a process there; the answer has its number. */
  SshPilot.Agent start(
      PilotRequest request, String broker, RuntimeStaging.Staged staged, SshPilot.Agent agent)
      throws IOException, InterruptedException {
    String directory = agent.directory();
    String settings = directory + "/settings.json";
    host.write(settings, WireFormat.encode(settings(request, broker, agent)), PRIVATE);
    host.write(directory + "/credential", Files.readAllBytes(request.credentialFile()), PRIVATE);
    if (request.caFile() != null) {
      host.write(directory + "/ca.pem", Files.readAllBytes(request.caFile()), PRIVATE);
    }
    host.write(
        directory + "/" + Templates.PILOT.fileName(),
        Templates.PILOT.text().getBytes(StandardCharsets.UTF_8),
        PRIVATE);
    List<String> argv = new ArrayList<>(List.of("start", directory));
    argv.addAll(staged.javaCommand());
    argv.addAll(List.of(AgentProcess.MAIN, settings));
    Host.Ended ended = host.run(script(argv), PATIENCE);
    if (ended.code() == ALREADY) {
      throw new IOException(
          host
              + " runs an agent of a pilot named '"
              + request.name()
              + "' already, started by somebody else of this account; choose another name");
    }
    return agent.started(Long.parseLong(said(ended).strip()));
  }

  private static AgentSettings settings(PilotRequest request, String broker, SshPilot.Agent agent) {
    PilotName pilot = request.name();
    return new AgentSettings(
            new AgentName(pilot, agent.number()),
            broker,
            agent.directory() + "/credential",
            request.caFile() == null ? null : agent.directory() + "/ca.pem",
            agent.directory(),
            request.resource().toString(),
            request.cores(),
            ends(request),
            null,
            request.leave())
        .offering(request.offer());
  }

  /** When its walltime is over, epoch µs; null = it has none. */
  static @Nullable Long ends(PilotRequest request) {
    return request.walltime() == null
        ? null
        : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().plus(request.walltime()));
  }

  /** What became of them, asked for together. */
  List<State> states(List<SshPilot.Agent> agents) throws IOException, InterruptedException {
    if (agents.isEmpty()) {
      return List.of();
    }
    List<String> argv = new ArrayList<>(List.of("states"));
    agents.forEach(agent -> argv.add(agent.directory()));
    List<State> states =
        said(host.run(script(argv), PATIENCE)).lines().map(SshAgents::state).toList();
    if (states.size() != agents.size()) {
      throw new IOException(host + " told of " + states.size() + " agents, not " + agents.size());
    }
    return states;
  }

  private static State state(String line) {
    return switch (line) {
      case "alive" -> State.ALIVE;
      case "left" -> State.LEFT;
      case "ended" -> State.ENDED;
      default -> State.NONE;
    };
  }

  /** Ends them. On return none of them lives. */
  List<SshPilot.Agent> stop(List<SshPilot.Agent> agents, Duration grace)
      throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of("stop", Long.toString(grace.toSeconds())));
    agents.forEach(agent -> argv.add(agent.directory()));
    String unused = said(host.run(script(argv), PATIENCE.plus(grace)));
    return agents;
  }

  /** The last lines of what one wrote to its standard error; empty when it wrote nothing. */
  String lastWords(SshPilot.Agent agent) {
    try {
      byte[] tail = host.tail(agent.directory() + "/stderr", TAIL_BYTES);
      return new String(tail, StandardCharsets.UTF_8).strip();
    } catch (IOException nothingSaid) {
      return "";
    }
  }

  private static List<String> script(List<String> arguments) {
    List<String> argv =
        new ArrayList<>(
            List.of("/bin/sh", "-c", Templates.AGENTS.text(), Templates.AGENTS.fileName()));
    argv.addAll(arguments);
    return argv;
  }

  private String said(Host.Ended ended) throws IOException {
    if (ended.code() != 0) {
      String words = ended.err().strip();
      throw new IOException(
          host + ": " + (words.isEmpty() ? "exit status " + ended.code() : words));
    }
    return ended.out();
  }
}
