package io.qtau.pilot;

import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.PilotDirectory;
import io.qtau.launcher.PilotPhase;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** Puts together what agents and resources say of pilots. */
final class PilotStates {
  private static final AllocationState NOTHING_TOLD =
      new AllocationState(AllocationState.Phase.UNKNOWN, null);

  private PilotStates() {}

  /**
   * All that live or failed, by name: those of this home, and those of others that are heard of.
   * One that was stopped is forgotten.
   */
  static List<PilotState> all(Map<Allocation, AllocationState> ofHome, Heartbeats heartbeats)
      throws IOException {
    List<PilotState> all = new ArrayList<>();
    Map<PilotName, List<AgentState>> others = new TreeMap<>(heartbeats.byPilot());
    for (Map.Entry<Allocation, AllocationState> pilot : ofHome.entrySet()) {
      if (pilot.getValue().phase() != AllocationState.Phase.DONE) {
        List<AgentState> agents = others.remove(pilot.getKey().name());
        all.add(ofHome(pilot.getKey(), pilot.getValue(), agents == null ? List.of() : agents));
      }
    }
    others.forEach((name, agents) -> all.add(ofAnotherHome(name, agents)));
    all.sort(Comparator.comparing(PilotState::name));
    return all;
  }

  /**
   * One of this home, whatever has become of it.
   *
   * @param told what its resource says; null = nothing
   */
  static PilotState ofHome(
      Allocation pilot, @Nullable AllocationState told, List<AgentState> heartbeats)
      throws IOException {
    AllocationState state = told == null ? NOTHING_TOLD : told;
    PilotDirectory directory = pilot.directory();
    Set<Long> pids = directory.pids();
    // An earlier pilot of the same name, just gone, may still be in the table.
    List<AgentState> own =
        heartbeats.stream().filter(a -> pids.isEmpty() || pids.contains(a.pid())).toList();
    PilotPhase phase = directory.reached(phase(state, own));
    PilotDirectory.Start start = directory.start();
    Long ends = own.isEmpty() ? directory.settings().ends() : own.get(0).ends();
    return new PilotState(
        pilot.name(),
        phase,
        state.reason(),
        directory.settings().resource(),
        start.id(),
        start.nodes(),
        phase.isUp() && own.size() < start.nodes(),
        instant(ends),
        phase.isOver() ? List.of() : own);
  }

  private static PilotState ofAnotherHome(PilotName name, List<AgentState> agents) {
    AllocationState lives = new AllocationState(AllocationState.Phase.RUNNING, null);
    AgentState one = agents.get(0);
    return new PilotState(
        name,
        phase(lives, agents),
        null,
        one.resource(),
        null,
        null,
        false,
        instant(one.ends()),
        agents);
  }

  private static PilotPhase phase(AllocationState state, List<AgentState> agents) {
    return PilotPhase.of(state, agents.stream().map(AgentState::state).toList());
  }

  private static @Nullable Instant instant(@Nullable Long micros) {
    return micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }
}
