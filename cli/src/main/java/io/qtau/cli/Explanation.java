package io.qtau.cli;

import io.qtau.client.Survey;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Fit;
import io.qtau.protocol.Lane;
import io.qtau.protocol.TaskKey;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

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
                .filter(agent -> !agent.state().equals(PilotView.DONE))
                .map(agent -> new Reason(agent.agent().toString(), reason(task, agent, survey)))
                .toList()
            : List.of();
    return new Explanation(
        task,
        like,
        why(task, reasons, survey, now) + pool(task, survey) + shared(task, survey),
        reasons);
  }

  private static String why(TaskView task, List<Reason> reasons, Survey survey, Instant now) {
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
      case TAKEN -> taken(task, survey);
      case RUNNING ->
          gathering(task, survey).orElse("runs on " + task.agent() + ", attempt " + task.attempt());
      case FINISHED -> "has ended with " + task.status() + "; nobody has read its result yet";
      case RECORDED -> "has ended with " + task.status() + "; its result is in the files";
      case DEAD -> "is dead: lost with " + task.losses() + " agents; 'dead show' tells more";
    };
  }

  private static String taken(TaskView task, Survey survey) {
    for (AgentState agent : survey.agents()) {
      Optional<Lane> lane = Lane.parse(String.valueOf(task.queue()));
      if (lane.isPresent() && keepsSlotsFor(task, agent)) {
        return "is with "
            + agent.agent()
            + ", which keeps slots for it as they fall free: it needs "
            + String.join(
                "; ",
                Fit.missing(
                    lane.get().shape(),
                    survey.named(lane.get().address()),
                    agent.capacity(),
                    agent.unoccupied()));
      }
    }
    return "was taken by an agent just now";
  }

  /** Of a task on several nodes: which of them it waits for. */
  private static Optional<String> gathering(TaskView task, Survey survey) {
    List<String> waits =
        survey.agents().stream()
            .filter(agent -> keepsSlotsFor(task, agent))
            .map(agent -> agent.agent().toString())
            .sorted()
            .toList();
    return waits.isEmpty()
        ? Optional.empty()
        : Optional.of(
            "is with "
                + task.agent()
                + ", which gathers its nodes; slots are being kept for it on "
                + String.join(", ", waits));
  }

  private static boolean keepsSlotsFor(TaskView task, AgentState agent) {
    TaskKey kept = agent.keepsSlotsFor();
    return kept != null
        && kept.session().value().equals(task.session())
        && kept.id().value().equals(task.id());
  }

  /** What there is to say of the one pilot that may run it; nothing of a shared task. */
  private static String pool(TaskView task, Survey survey) {
    return task.waits()
        ? Lane.parse(String.valueOf(task.queue()))
            .map(lane -> PoolWords.of(lane.pool(), survey))
            .orElse("")
        : "";
  }

  /** That all pilots together have no more of what it needs. */
  private static String shared(TaskView task, Survey survey) {
    return task.state() == TaskView.State.WAITING
        ? SharedUse.inUse(survey.named(String.valueOf(task.queue())), survey.agents()).stream()
            .map(words -> "; " + words)
            .collect(Collectors.joining())
        : "";
  }

  private static String reason(TaskView task, AgentState agent, Survey survey) {
    Optional<Lane> lane = Lane.parse(String.valueOf(task.queue()));
    if (lane.isEmpty()) {
      return "it does not look there";
    }
    Map<String, Integer> named = survey.named(String.valueOf(task.queue()));
    Optional<String> never = Fit.obstacle(lane.get(), named, agent, survey.agents());
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
      return (agent.ends() == null
              ? "it has less memory than the task needs"
              : "does not fit before the pilot's end, " + PilotView.instant(agent.ends()))
          + ": such was the last task that it saw in this lane";
    }
    List<String> missing =
        Fit.missing(lane.get().shape(), named, agent.capacity(), agent.unoccupied());
    if (!missing.isEmpty()) {
      return String.format(
          Locale.ROOT,
          "not enough free: needs %s while %d tasks run",
          String.join("; ", missing),
          agent.runningCount());
    }
    if (!SharedUse.inUse(named, survey.agents()).isEmpty()) {
      return "could run it, but for what all pilots share";
    }
    AgentState head = head(agent, survey);
    if (lane.get().shape().nodes() > 1 && !head.agent().equals(agent.agent())) {
      return "could take part; " + head.agent() + ", the head of its pilot, takes such tasks";
    }
    if (lane.get().suspect()) {
      return "suspect lane: such tasks, which may kill their agents, run one at a time";
    }
    return task.position() != null && task.position() > 1
        ? "could run it; " + (task.position() - 1) + " are before it in its lane"
        : "could run it, and is about to take it";
  }

  /** The one with the lowest number of its pilot. */
  private static AgentState head(AgentState agent, Survey survey) {
    return survey.agents().stream()
        .filter(one -> one.agent().pilot().equals(agent.agent().pilot()))
        .filter(one -> !one.state().equals(PilotView.DONE))
        .min(Comparator.comparing(one -> one.agent().number()))
        .orElse(agent);
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
