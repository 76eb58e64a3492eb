package io.qtau.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.qtau.launcher.PilotPhase;
import io.qtau.pilot.PilotState;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Capacity;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pilot list --json} prints of a pilot.
 *
 * @param state the name of a {@link PilotPhase}
 * @param reason why it waits, or how it ended, in others' words; null = there is none
 * @param allocation the scheduler's name of its allocation; null = there is no scheduler
 * @param nodes how many agents it should have; null = not known here
 * @param degraded whether some of its agents are missing
 * @param ends when its allocation ends; null = not known
 */
record PilotView(
    String name,
    String state,
    @Nullable String reason,
    @Nullable String resource,
    @Nullable String allocation,
    @Nullable Integer nodes,
    boolean degraded,
    @Nullable Instant ends,
    List<Agent> agents) {
  static PilotView of(PilotState pilot) {
    return new PilotView(
        pilot.name().value(),
        pilot.phase().name(),
        pilot.reason(),
        pilot.resource(),
        pilot.allocation(),
        pilot.nodes(),
        pilot.degraded(),
        pilot.ends(),
        pilot.agents().stream().map(Agent::of).toList());
  }

  /** The bye of an agent, which is in the table for a moment. */
  static final String DONE = PilotPhase.DONE.name();

  /**
   * One agent.
   *
   * @param cores that it may use
   * @param free those of them that no task occupies
   * @param running how many attempts run
   * @param has all that it has for tasks
   * @param unbound why its tasks are not bound to cores of their own; null = they are
   * @param workers the processes that it keeps between tasks
   * @param tasks what runs, and what each occupies; at most a hundred
   */
  record Agent(
      String agent,
      String host,
      long pid,
      @JsonProperty("cores") double cores,
      @JsonProperty("free") double free,
      int running,
      Capacity has,
      @Nullable String unbound,
      List<AgentState.Attempt> tasks,
      List<AgentState.Workers> workers) {
    static Agent of(AgentState heartbeat) {
      return new Agent(
          heartbeat.agent().toString(),
          heartbeat.host(),
          heartbeat.pid(),
          heartbeat.milliCores() / 1000.0,
          heartbeat.freeMilliCores() / 1000.0,
          heartbeat.runningCount(),
          heartbeat.capacity(),
          heartbeat.unbound(),
          heartbeat.running(),
          heartbeat.workers());
    }
  }

  static @Nullable Instant instant(@Nullable Long micros) {
    return micros == null ? null : Instant.EPOCH.plus(micros, ChronoUnit.MICROS);
  }

  String text() {
    double cores = agents.stream().mapToDouble(Agent::cores).sum();
    double free = agents.stream().mapToDouble(Agent::free).sum();
    int running = agents.stream().mapToInt(Agent::running).sum();
    return String.format(
        java.util.Locale.ROOT,
        "%-20s %-9s %-17s %s/%s agents, cores %.0f, free %.0f, running %d%s%s",
        name,
        state,
        allocation == null ? resource : resource + " " + allocation,
        agents.size(),
        nodes == null ? agents.size() : nodes,
        cores,
        free,
        running,
        degraded ? "; degraded" : "",
        reason == null ? "" : "; " + reason.lines().reduce((a, b) -> b).orElse(""));
  }
}
