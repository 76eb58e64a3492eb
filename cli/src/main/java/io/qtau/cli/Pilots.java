package io.qtau.cli;

import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.Launchers;
import io.qtau.launcher.PilotDirectory;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.PilotPhase;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * All pilots of this home: what their agents say comes first, their launcher is the second opinion.
 */
record Pilots(Home home, PilotLauncher launcher) {
  /** Those of the console's home; the broker hears of those that are found to be over. */
  static Pilots telling(Console console, BrokerOptions.Target target) {
    Home home = console.home();
    return new Pilots(home, new TellingLauncher(new Launchers(home.pilots()), console, target));
  }

  /** All that were started here and not stopped, by name. */
  List<Allocation> known() throws IOException {
    Map<Allocation, AllocationState> states = states();
    return List.copyOf(states.keySet());
  }

  /**
   * One of them.
   *
   * @throws CommandFailed when there is none of that name
   */
  Allocation find(Console console, String name) throws IOException {
    PilotName pilot = new PilotName(name);
    return PilotDirectory.all(home.pilots()).stream()
        .filter(known -> known.name().equals(pilot))
        .findAny()
        .orElseThrow(
            () ->
                new CommandFailed(
                    ExitCode.NOT_FOUND,
                    "there is no pilot "
                        + pilot
                        + "; '"
                        + console.command()
                        + " pilot list' lists them"));
  }

  /** Those that live or failed; one that was stopped is forgotten. */
  private Map<Allocation, AllocationState> states() throws IOException {
    Map<Allocation, AllocationState> states =
        new LinkedHashMap<>(launcher.states(PilotDirectory.all(home.pilots())));
    states.values().removeIf(state -> state.phase() == AllocationState.Phase.DONE);
    return states;
  }

  /** The list for people and programs, by name. */
  List<PilotState> list(List<AgentState> heartbeats) throws IOException {
    Map<String, List<AgentState>> agents = byPilot(heartbeats);
    List<PilotState> list = new ArrayList<>();
    for (var pilot : states().entrySet()) {
      List<AgentState> own = agents.remove(pilot.getKey().name().value());
      list.add(ofHome(pilot.getKey(), pilot.getValue(), own == null ? List.of() : own));
    }
    agents.forEach((name, own) -> list.add(ofAgents(name, own)));
    list.sort(Comparator.comparing(PilotState::name));
    return list;
  }

  /** One of this home, whatever has become of it. */
  PilotState state(Allocation pilot, List<AgentState> heartbeats) throws IOException {
    AllocationState state = launcher.states(List.of(pilot)).get(pilot);
    List<AgentState> own = byPilot(heartbeats).get(pilot.name().value());
    return ofHome(
        pilot,
        state == null ? new AllocationState(AllocationState.Phase.UNKNOWN, null) : state,
        own == null ? List.of() : own);
  }

  private static Map<String, List<AgentState>> byPilot(List<AgentState> heartbeats) {
    Map<String, List<AgentState>> agents = new TreeMap<>();
    heartbeats.stream()
        .filter(heartbeat -> !heartbeat.state().equals(PilotPhase.DONE.name()))
        .forEach(
            heartbeat ->
                agents
                    .computeIfAbsent(heartbeat.agent().pilot().value(), name -> new ArrayList<>())
                    .add(heartbeat));
    return agents;
  }

  private static PilotState ofHome(
      Allocation pilot, AllocationState state, List<AgentState> heartbeats) throws IOException {
    PilotDirectory directory = pilot.directory();
    Set<Long> pids = directory.pids();
    // An earlier pilot of the same name, just gone, may still be in the table.
    List<AgentState> own =
        heartbeats.stream()
            .filter(agent -> pids.isEmpty() || pids.contains(agent.pid()))
            .sorted(Comparator.comparing(agent -> agent.agent().number()))
            .toList();
    PilotPhase phase =
        directory.reached(PilotPhase.of(state, own.stream().map(AgentState::state).toList()));
    PilotDirectory.Start start = directory.start();
    Long ends = own.isEmpty() ? directory.settings().ends() : own.get(0).ends();
    return new PilotState(
        pilot.name().value(),
        phase.name(),
        state.reason(),
        directory.settings().resource(),
        start.id(),
        start.nodes(),
        phase.isUp() && own.size() < start.nodes(),
        PilotState.instant(ends),
        phase.isOver() ? List.of() : own.stream().map(PilotState.Agent::of).toList());
  }

  /** One that another home has started. */
  private static PilotState ofAgents(String name, List<AgentState> heartbeats) {
    AgentState one = heartbeats.get(0);
    return new PilotState(
        name,
        one.state(),
        null,
        one.resource(),
        null,
        null,
        false,
        PilotState.instant(one.ends()),
        heartbeats.stream()
            .sorted(Comparator.comparing((AgentState agent) -> agent.agent().number()))
            .map(PilotState.Agent::of)
            .toList());
  }
}
