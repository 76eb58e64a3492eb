package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Fit;
import io.qtau.protocol.Lane;
import io.qtau.protocol.TaskDescription;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Tasks that nobody who is connected could ever run: they wait, and the user should know. */
final class Misfits {
  private static final int MOST_AGENTS = 5;

  private final List<AgentState> agents;

  private Misfits(List<AgentState> agents) {
    this.agents = agents;
  }

  /**
   * What there is to say of tasks that are for a broker, from its tables of agents and of pilots.
   */
  static List<String> warnings(BrokerOptions.Target target, List<TaskDescription> tasks)
      throws InterruptedException {
    try (QTau qtau = QTau.connect(target.url(), target.credential())) {
      List<String> warnings = new ArrayList<>(warnings(tasks, qtau.agents()));
      warnings.addAll(EndedPilots.warnings(qtau, tasks));
      return warnings;
    } catch (QTauException e) {
      throw new CommandFailed(ExitCode.of(e), Words.of(e), e);
    }
  }

  /** One line for each lane with tasks that nobody could run; none when all is well. */
  static List<String> warnings(List<TaskDescription> tasks, List<AgentState> heartbeats) {
    List<AgentState> agents =
        heartbeats.stream().filter(agent -> !agent.state().equals(PilotView.DONE)).toList();
    if (agents.isEmpty()) {
      return List.of("no pilot is connected: the tasks wait until one is");
    }
    Map<Lane, List<TaskDescription>> lanes =
        tasks.stream()
            .collect(
                Collectors.groupingBy(
                    TaskDescription::lane, LinkedHashMap::new, Collectors.toList()));
    Misfits misfits = new Misfits(agents);
    return lanes.entrySet().stream()
        .flatMap(lane -> misfits.warning(lane.getKey(), lane.getValue()).stream())
        .sorted()
        .toList();
  }

  private Optional<String> warning(Lane lane, List<TaskDescription> alike) {
    Map<String, Integer> named = alike.get(0).resources().named();
    long mostMemoryMb = -1;
    for (AgentState agent : agents) {
      if (obstacle(lane, named, agent) == null) {
        mostMemoryMb = Math.max(mostMemoryMb, agent.capacity().memoryMb());
      }
    }
    long most = mostMemoryMb;
    List<TaskDescription> misfits =
        alike.stream().filter(task -> most < task.resources().memoryMb() || most < 0).toList();
    if (misfits.isEmpty()) {
      return Optional.empty();
    }
    long leastMemoryMb =
        misfits.stream().mapToLong(task -> task.resources().memoryMb()).min().orElse(0);
    return Optional.of(
        named(misfits)
            + " in "
            + lane
            + " can run on none of the pilots that are connected: "
            + agents.stream()
                .limit(MOST_AGENTS)
                .map(agent -> agent.agent() + ": " + why(lane, named, leastMemoryMb, agent))
                .collect(Collectors.joining("; "))
            + (agents.size() > MOST_AGENTS
                ? "; and the other " + (agents.size() - MOST_AGENTS) + " neither"
                : ""));
  }

  /** {@code task a}, {@code task a and 2 more}; those of a file without ids get these later. */
  private static String named(List<TaskDescription> tasks) {
    TaskDescription first = tasks.get(0);
    Object told = first.id() == null ? first.name() : first.id();
    int others = tasks.size() - 1;
    if (told == null) {
      return tasks.size() == 1 ? "a task" : tasks.size() + " tasks";
    }
    return "task " + told + (others == 0 ? "" : " and " + others + " more");
  }

  /** A lane has all memory that rounds up to the same power of two: a task says it exactly. */
  private String why(Lane lane, Map<String, Integer> named, long memoryMb, AgentState agent) {
    String obstacle = obstacle(lane, named, agent);
    return obstacle == null
        ? "too wide: needs %d MiB of memory, it has %d MiB"
            .formatted(memoryMb, agent.capacity().memoryMb())
        : obstacle;
  }

  private @Nullable String obstacle(Lane lane, Map<String, Integer> named, AgentState agent) {
    return Fit.obstacle(lane, named, agent, agents).orElse(null);
  }
}
