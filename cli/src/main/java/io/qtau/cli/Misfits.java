package io.qtau.cli;

import io.qtau.protocol.AgentState;
import io.qtau.protocol.Fit;
import io.qtau.protocol.Lane;
import io.qtau.protocol.TaskDescription;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tasks that nobody who is connected could ever run: they wait, and the user should know. */
final class Misfits {
  private static final int MOST_AGENTS = 5;

  private Misfits() {}

  /** One line for each lane that nobody looks into; none when all is well. */
  static List<String> warnings(List<TaskDescription> tasks, List<AgentState> heartbeats) {
    List<AgentState> agents =
        heartbeats.stream().filter(agent -> !agent.state().equals(PilotState.DONE)).toList();
    if (agents.isEmpty()) {
      return List.of("no pilot is connected: the tasks wait until one is");
    }
    Map<Lane, List<TaskDescription>> lanes =
        tasks.stream().collect(Collectors.groupingBy(TaskDescription::lane));
    List<String> warnings = new ArrayList<>();
    lanes.forEach(
        (lane, alike) -> {
          int count = alike.size();
          Map<String, Integer> named = alike.get(0).resources().named();
          if (agents.stream().allMatch(agent -> obstacle(lane, named, agent, agents) != null)) {
            warnings.add(
                count
                    + " tasks in "
                    + lane
                    + " can run on none of the pilots that are connected: "
                    + agents.stream()
                        .limit(MOST_AGENTS)
                        .map(agent -> agent.agent() + ": " + obstacle(lane, named, agent, agents))
                        .collect(Collectors.joining("; ")));
          }
        });
    return warnings.stream().sorted().toList();
  }

  private static @Nullable String obstacle(
      Lane lane, Map<String, Integer> named, AgentState agent, List<AgentState> agents) {
    return Fit.obstacle(lane, named, agent, agents).orElse(null);
  }
}
