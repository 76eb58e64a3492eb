package io.qtau.cli;

import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.LocalLauncher;
import io.qtau.launcher.PilotDirectory;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.ResourceUrl;
import io.qtau.launcher.SshLauncher;
import io.qtau.protocol.AgentState;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
    return launcher(resource, 1, false);
  }

  /** The same for a new pilot of some size. */
  PilotLauncher launcher(ResourceUrl resource, int nodes, boolean tunnel) {
    return switch (resource.scheme()) {
      case "local" -> new LocalLauncher(home.pilots());
      case "ssh" -> new SshLauncher(home.pilots(), nodes, tunnel);
      default ->
          throw new CommandFailed(
              ExitCode.BAD_INPUT,
              "--resource " + resource + ": this version of QTau knows local:// and ssh:// only");
    };
  }

  /** Those that live or failed; one that was stopped is forgotten. */
  Map<Allocation, AllocationState> known() throws IOException {
    Map<String, List<Allocation>> schemes = new TreeMap<>();
    for (Allocation pilot : PilotDirectory.all(home.pilots())) {
      schemes
          .computeIfAbsent(pilot.directory().resource().scheme(), scheme -> new ArrayList<>())
          .add(pilot);
    }
    Map<Allocation, AllocationState> states = new LinkedHashMap<>();
    for (List<Allocation> own : schemes.values()) {
      states.putAll(launcher(own.get(0).directory().resource()).states(own));
    }
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
    Set<Long> pids = pilot.directory().pids();
    // An earlier pilot of the same name, just gone, may still be in the table.
    List<AgentState> own = heartbeats.stream().filter(agent -> pids.contains(agent.pid())).toList();
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
