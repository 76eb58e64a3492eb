package io.qtau.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.qtau.protocol.AgentState;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What {@code pilot list --json} prints of a pilot.
 *
 * @param state {@code STARTING}, {@code READY}, {@code DRAINING}, {@code DONE} or {@code FAILED}
 * @param reason why it failed; null = it did not
 * @param degraded whether some of its agents are missing
 * @param ends when its allocation ends; null = not known
 */
record PilotState(
    String name,
    String state,
    @Nullable String reason,
    @Nullable String resource,
    boolean degraded,
    @Nullable Instant ends,
    List<Agent> agents) {
  static final String STARTING = "STARTING";
  static final String READY = "READY";
  static final String DONE = "DONE";
  static final String FAILED = "FAILED";

  /**
   * One agent.
   *
   * @param cores that it may use
   * @param free those of them that no task occupies
   * @param running how many attempts run
   */
  record Agent(
      String agent,
      String host,
      long pid,
      @JsonProperty("cores") double cores,
      @JsonProperty("free") double free,
      int running) {
    static Agent of(AgentState heartbeat) {
      return new Agent(
          heartbeat.agent().toString(),
          heartbeat.host(),
          heartbeat.pid(),
          heartbeat.milliCores() / 1000.0,
          heartbeat.freeMilliCores() / 1000.0,
          heartbeat.runningCount());
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
        "%-20s %-9s %-10s cores %.0f, free %.0f, running %d%s",
        name,
        state,
        resource,
        cores,
        free,
        running,
        reason == null ? "" : "; " + reason.lines().reduce((a, b) -> b).orElse(""));
  }
}
