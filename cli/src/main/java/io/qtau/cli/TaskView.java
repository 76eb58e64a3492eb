package io.qtau.cli;

import io.qtau.client.Survey;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.FoundTask;
import io.qtau.protocol.FoundTask.Place;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Where one task is: what {@code task list --json} prints.
 *
 * @param queue where the broker has it; null = it is in the files only
 * @param position in a lane, from 1; null = it does not wait in one
 * @param agent who has it; null = nobody, or not known yet
 * @param accepted when the broker took it; null = not known
 * @param notBefore when a resting one goes on; null = it does not rest
 * @param status how it ended; null = it has not
 */
record TaskView(
    String session,
    String id,
    int replay,
    @Nullable String kind,
    State state,
    @Nullable String queue,
    @Nullable Integer position,
    @Nullable String agent,
    int attempt,
    int losses,
    @Nullable Instant accepted,
    @Nullable Instant notBefore,
    @Nullable TaskStatus status) {

  /** How far it is. The later one tells, when a task is in two places. */
  enum State {
    /** Lost with too many agents; its result is read already. */
    DEAD,
    /** In its lane. */
    WAITING,
    /** In its lane, until its next attempt may start. */
    RESTING,
    /** With an agent that has not told of it yet: about to start, or started just now. */
    TAKEN,
    RUNNING,
    /** Its result waits for the session's reader. */
    FINISHED,
    /** Its result is in the files of {@code --out}. */
    RECORDED;

    String word() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /** The tasks of a survey, each once, in the order in which they were found. */
  static List<TaskView> of(Survey survey) {
    Map<String, TaskView> views = new LinkedHashMap<>();
    for (FoundTask found : survey.tasks()) {
      views.merge(found.id().value(), of(found, survey.agents()), TaskView::later);
    }
    return List.copyOf(views.values());
  }

  /** A result in a file. */
  static TaskView of(TaskResult result) {
    return new TaskView(
        result.session().value(),
        result.id().value(),
        result.replay(),
        result.kind(),
        State.RECORDED,
        null,
        null,
        result.agent(),
        result.attempt(),
        result.losses(),
        PilotView.instant(result.timeline().accepted()),
        null,
        result.status());
  }

  static TaskView later(TaskView one, TaskView other) {
    Comparator<TaskView> order =
        Comparator.comparingInt(TaskView::replay).thenComparing(view -> view.state());
    return order.compare(one, other) >= 0 ? one : other;
  }

  private static TaskView of(FoundTask found, Collection<AgentState> agents) {
    Optional<String> agent =
        Addresses.agentOfClaims(found.queue())
            .map(AgentName::toString)
            .or(() -> runner(found, agents));
    return new TaskView(
        found.session().value(),
        found.id().value(),
        found.replay(),
        found.kind(),
        stateOf(found, agent.isPresent()),
        found.queue(),
        found.position() == 0 || !Addresses.isTask(found.queue()) ? null : found.position(),
        agent.orElse(null),
        found.attempt(),
        found.losses(),
        PilotView.instant(found.accepted()),
        PilotView.instant(found.notBefore()),
        found.status());
  }

  private static State stateOf(FoundTask found, boolean known) {
    if (found.isResult()) {
      return State.FINISHED;
    }
    if (Addresses.isClaim(found.queue())) {
      return State.RUNNING;
    }
    if (found.queue().equals(Addresses.DEAD)) {
      return State.DEAD;
    }
    return switch (found.place()) {
      case WAITING -> State.WAITING;
      case RESTING -> State.RESTING;
      case HELD -> known ? State.RUNNING : State.TAKEN;
    };
  }

  /** The agent that says that it runs it. */
  private static Optional<String> runner(FoundTask found, Collection<AgentState> agents) {
    return found.place() != Place.HELD
        ? Optional.empty()
        : agents.stream()
            .filter(
                agent ->
                    agent.running().stream()
                        .anyMatch(
                            attempt ->
                                attempt.session().equals(found.session())
                                    && attempt.id().equals(found.id())))
            .map(agent -> agent.agent().toString())
            .findFirst();
  }

  /** Whether the lane has it. */
  boolean waits() {
    return state == State.WAITING || state == State.RESTING;
  }

  String text() {
    StringBuilder text =
        new StringBuilder(String.format(Locale.ROOT, "%s/%s  %s", session, id, state.word()));
    if (status != null) {
      text.append("  ").append(status);
    }
    if (agent != null) {
      text.append("  on ").append(agent);
    } else if (queue != null && waits()) {
      text.append("  in ").append(queue);
    }
    if (position != null) {
      text.append(", place ").append(position);
    }
    if (notBefore != null && state == State.RESTING) {
      text.append(", until ").append(notBefore);
    }
    if (attempt > 1) {
      text.append("  attempt ").append(attempt);
    }
    return text.append(losses == 0 ? "" : "  losses " + losses).toString();
  }
}
