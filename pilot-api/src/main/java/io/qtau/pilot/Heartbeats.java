package io.qtau.pilot;

import io.qtau.launcher.PilotPhase;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.PilotName;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The last heartbeats of agents that have not left, by pilot and number. */
record Heartbeats(Map<PilotName, List<AgentState>> byPilot) {
  static Heartbeats of(List<AgentState> table) {
    Map<PilotName, List<AgentState>> byPilot = new TreeMap<>();
    table.stream()
        .filter(agent -> !agent.state().equals(PilotPhase.DONE.name()))
        .sorted(Comparator.comparing(agent -> agent.agent().number()))
        .forEach(
            agent ->
                byPilot
                    .computeIfAbsent(agent.agent().pilot(), name -> new ArrayList<>())
                    .add(agent));
    return new Heartbeats(byPilot);
  }

  List<AgentState> of(PilotName pilot) {
    return byPilot.getOrDefault(pilot, List.of());
  }
}
