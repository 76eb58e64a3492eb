package io.qtau.cli;

import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.LocalLauncher;
import io.qtau.launcher.PilotDirectory;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.ResourceUrl;
import io.qtau.protocol.AgentState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * All pilots of this home: what their agents say comes first, their launcher is the second opinion.
 */
final class Pilots {
  private final Home home;

  Pilots(Home home) {
    this.home = home;
  }

  /**
   * The launcher for a resource.
   *
   * @throws CommandFailed when there is none
   */
  PilotLauncher launcher(ResourceUrl resource) {
    if (!resource.equals(ResourceUrl.LOCAL)) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT,
          "--resource " + resource + ": this version of QTau starts pilots on local:// only");
    }
    return new LocalLauncher(home.pilots());
  }

  /** Those that live or failed; one that was stopped is forgotten. */
  Map<Allocation, AllocationState> known() throws IOException {
    Map<Allocation, AllocationState> states =
        new LinkedHashMap<>(launcher(ResourceUrl.LOCAL).states(PilotDirectory.all(home.pilots())));
    states.values().removeIf(state -> state.phase() == AllocationState.Phase.DONE);
    return states;
  }

  /** The list for people and programs, by name. */
  List<PilotState> list(List<AgentState> heartbeats) throws IOException {
    Map<String, List<AgentState>> agents = new TreeMap<>();
    heartbeats.stream()
        .filter(heartbeat -> !heartbeat.state().equals(PilotState.DONE))
        .forEach(
            heartbeat ->
                agents
                    .computeIfAbsent(heartbeat.agent().pilot().value(), name -> new ArrayList<>())
                    .add(heartbeat));
    List<PilotState> list = new ArrayList<>();
    for (var pilot : known().entrySet()) {
      List<AgentState> own = agents.remove(pilot.getKey().name().value());
      list.add(ofHome(pilot.getKey(), pilot.getValue(), own == null ? List.of() : own));
    }
    agents.forEach((name, own) -> list.add(ofAgents(name, own, null)));
    list.sort(Comparator.comparing(PilotState::name));
    return list;
  }

  private static PilotState ofHome(
      Allocation pilot, AllocationState state, List<AgentState> heartbeats) throws IOException {
    var settings = pilot.directory().settings();
    long pid = pilot.directory().pid().orElse(0);
    // An earlier pilot of the same name, just gone, may still be in the table.
    List<AgentState> own = heartbeats.stream().filter(agent -> agent.pid() == pid).toList();
    if (state.isAlive() && !own.isEmpty()) {
      return ofAgents(pilot.name().value(), own, settings.resource());
    }
    return new PilotState(
        pilot.name().value(),
        state.isAlive() ? PilotState.STARTING : PilotState.FAILED,
        state.reason(),
        settings.resource(),
        false,
        PilotState.instant(settings.ends()),
        List.of());
  }

  private static PilotState ofAgents(
      String name, List<AgentState> heartbeats, @Nullable String resource) {
    AgentState one = heartbeats.get(0);
    return new PilotState(
        name,
        one.state(),
        null,
        resource == null ? one.resource() : resource,
        false,
        PilotState.instant(one.ends()),
        heartbeats.stream()
            .map(PilotState.Agent::of)
            .sorted(Comparator.comparing(PilotState.Agent::agent))
            .toList());
  }
}
