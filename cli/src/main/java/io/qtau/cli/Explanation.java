package io.qtau.cli;

import io.qtau.client.Survey;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Fit;
import io.qtau.protocol.Lane;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Why a task does not run yet: what {@code explain --json} prints.
 *
 * @param like how many other tasks wait in the same way
 * @param why in one sentence
 * @param agents what stands between each agent and the task, by the last heartbeats; empty for a
 *     task that does not wait
 */
record Explanation(TaskView task, int like, String why, List<Reason> agents) {
  private static final String DRAINING = "DRAINING";

  /** One agent's. */
  record Reason(String agent, String reason) {}

  static Explanation of(TaskView task, int like, Survey survey, Instant now) {
    List<Reason> reasons =
        task.waits()
            ? survey.agents().stream()
                .filter(agent -> !agent.state().equals(PilotState.DONE))
                .map(agent -> new Reason(agent.agent().toString(), reason(task, agent)))
                .toList()
            : List.of();
    return new Explanation(task, like, why(task, reasons, now) + pool(task, survey), reasons);
  }

  private static String why(TaskView task, List<Reason> reasons, Instant now) {
    return switch (task.state()) {
      case WAITING ->
          "waits in "
              + task.queue()
              + (task.position() == null ? "" : ", place " + task.position())
              + (task.accepted() == null
                  ? ""
                  : ", accepted " + Ages.text(Duration.between(task.accepted(), now)) + " ago")
              + (reasons.isEmpty() ? "; no pilot is connected: 'pilot start' starts one" : "");
      case RESTING -> "rests until " + task.notBefore() + ", before attempt " + task.attempt();
      case TAKEN -> "was taken by an agent just now";
      case RUNNING -> "runs on " + task.agent() + ", attempt " + task.attempt();
      case FINISHED -> "has ended with " + task.status() + "; nobody has read its result yet";
      case RECORDED -> "has ended with " + task.status() + "; its result is in the files";
      case DEAD -> "is dead: lost with " + task.losses() + " agents; 'dead show' tells more";
    };
  }

  /** What there is to say of the one pilot that may run it; nothing of a shared task. */
  private static String pool(TaskView task, Survey survey) {
    return task.waits()
        ? Lane.parse(String.valueOf(task.queue()))
            .map(lane -> PoolWords.of(lane.pool(), survey))
            .orElse("")
        : "";
  }

  private static String reason(TaskView task, AgentState agent) {
    Optional<Lane> lane = Lane.parse(String.valueOf(task.queue()));
    if (lane.isEmpty()) {
      return "it does not look there";
    }
    Optional<String> never = Fit.obstacle(lane.get(), agent.agent().pilot(), agent.milliCores());
    if (never.isPresent()) {
      return never.get();
    }
    if (agent.state().equals(DRAINING)) {
      return "draining: it takes no new tasks";
    }
    if (task.state() == TaskView.State.RESTING) {
      return "not before its time";
    }
    if (agent.passesOver().contains(task.queue())) {
      return "does not fit before the pilot's end, "
          + PilotState.instant(agent.ends())
          + ": such was the last task that it saw in this lane";
    }
    int wanted = lane.get().shape().milliCores();
    if (wanted > agent.freeMilliCores()) {
      return String.format(
          Locale.ROOT,
          "no free cores: needs %s, %s of %s free while %d tasks run",
          Fit.cores(wanted),
          Fit.cores(agent.freeMilliCores()),
          Fit.cores(agent.milliCores()),
          agent.runningCount());
    }
    if (lane.get().suspect()) {
      return "suspect lane: such tasks, which may kill their agents, run one at a time";
    }
    return task.position() != null && task.position() > 1
        ? "could run it; " + (task.position() - 1) + " are before it in its lane"
        : "could run it, and is about to take it";
  }

  String text() {
    StringBuilder text =
        new StringBuilder(task.session() + "/" + task.id())
            .append(like == 0 ? "" : " and " + like + " more like it")
            .append(": ")
            .append(why);
    for (Reason reason : agents) {
      text.append(String.format(Locale.ROOT, "%n  %-16s %s", reason.agent(), reason.reason()));
    }
    return text.toString();
  }
}
