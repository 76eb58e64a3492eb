package io.qtau.launcher;

import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** The agents of pilots on one host. */
record SshAgents(SshHost host) {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TO_START = Duration.ofMinutes(2);
  private static final int ALREADY = 5;
  private static final int TAIL_BYTES = 2000;

  /** What the host says of one. */
  enum State {
    ALIVE,
    /** It has taken its leave. */
    LEFT,
    ENDED,
    NONE
  }

  /**
   * Starts those of a pilot, in one call. On return they are processes there; the answer has their
   * numbers.
   *
   * @throws IOException when one of them did not start; none of them runs then
   */
  List<SshPilot.Agent> start(Carried pilot, List<SshPilot.Agent> agents)
      throws IOException, InterruptedException {
    List<String> arguments = new ArrayList<>(List.of("start", pilot.directory()));
    agents.forEach(agent -> arguments.add(Integer.toString(agent.number())));
    arguments.add("--");
    arguments.addAll(PilotFiles.OLD);
    PilotFiles files =
        pilot.files(LocalLauncher.ends(pilot.request()), Templates.NODE, Templates.PILOT);
    Host.Ended ended =
        host.feed(Templates.AGENTS.call(arguments), SshHost.archive(files.contents()), TO_START);
    if (ended.code() == ALREADY) {
      throw new IOException(
          host
              + " runs an agent of a pilot named '"
              + pilot.request().name()
              + "' already, started by somebody else of this account; choose another name");
    }
    List<String> processes = said(ended).lines().toList();
    List<SshPilot.Agent> started = new ArrayList<>();
    for (SshPilot.Agent agent : agents) {
      started.add(agent.started(Long.parseLong(processes.get(started.size()).strip())));
    }
    return started;
  }

  /** What became of them, asked for together. */
  List<State> states(List<SshPilot.Agent> agents) throws IOException, InterruptedException {
    if (agents.isEmpty()) {
      return List.of();
    }
    List<String> arguments = new ArrayList<>(List.of("states"));
    agents.forEach(agent -> arguments.add(agent.directory()));
    List<State> states = call(arguments, PATIENCE).lines().map(SshAgents::state).toList();
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
    List<String> arguments = new ArrayList<>(List.of("stop", Long.toString(grace.toSeconds())));
    agents.forEach(agent -> arguments.add(agent.directory()));
    String unused = call(arguments, PATIENCE.plus(grace));
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

  private String call(List<String> arguments, Duration patience)
      throws IOException, InterruptedException {
    return said(host.run(Templates.AGENTS.call(arguments), patience));
  }

  private String said(Host.Ended ended) throws IOException {
    if (ended.code() != 0) {
      throw new IOException(host + ": " + Scheduler.words(ended));
    }
    return ended.out();
  }
}
