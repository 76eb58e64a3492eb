package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Output;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.Timeline;
import java.math.BigDecimal;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** Makes the terminal record of a task out of what is known of an attempt. */
final class Results {
  private static final TaskError CANCELED = new TaskError("Canceled", "it was cancelled");

  /** What a task that has not begun has occupied. */
  private static final AgentState.Holding NOTHING =
      new AgentState.Holding(0, List.of(), 0, List.of(), 0, Map.of());

  private final AgentName agent;
  private final String host;
  private final Node node;
  private final ClockOffset offset;
  private final TaskLimits limits;

  Results(AgentName agent, String host, Node node, ClockOffset offset, TaskLimits limits) {
    this.agent = agent;
    this.host = host;
    this.node = node;
    this.offset = offset;
    this.limits = limits;
  }

  TaskResult of(Attempt attempt, Outcome outcome, long endedUs) {
    TaskDescription task = attempt.task();
    TaskStatus status = status(attempt.verdict(), outcome.success());
    TaskError error =
        switch (status) {
          case TIMEOUT -> timeout(task);
          case CANCELED -> CANCELED;
          case FAILED -> failure(attempt, outcome);
          default -> outcome.error();
        };
    return result(
        attempt.delivery(),
        task,
        status,
        outcome,
        error,
        attempt.startedUs(),
        endedUs,
        node.holding(attempt.grant()));
  }

  private @Nullable TaskError failure(Attempt attempt, Outcome outcome) {
    return switch (attempt.verdict()) {
      case OUT_OF_MEMORY -> outOfMemory(attempt);
      case TOO_MUCH_OUTPUT -> tooMuchOutput();
      case TOO_MANY_PROCESSES -> tooManyProcesses();
      default -> outcome.error();
    };
  }

  private static TaskStatus status(Attempt.Verdict verdict, boolean success) {
    if (success) {
      return TaskStatus.SUCCESS;
    }
    return switch (verdict) {
      case TIMEOUT -> TaskStatus.TIMEOUT;
      case CANCELED -> TaskStatus.CANCELED;
      default -> TaskStatus.FAILED;
    };
  }

  String host() {
    return host;
  }

  /** The result of a task whose deadline came first. */
  TaskResult expired(Delivery delivery, TaskDescription task) {
    Outcome outcome =
        Outcome.failed("Expired", "its deadline, " + task.deadline() + ", came before its start");
    return result(
        delivery, task, TaskStatus.EXPIRED, outcome, outcome.error(), null, null, NOTHING);
  }

  /** The result of a task that was cancelled before it started. */
  TaskResult canceled(Delivery delivery, TaskDescription task) {
    Outcome outcome = Outcome.failed(CANCELED.type(), CANCELED.message());
    return result(delivery, task, TaskStatus.CANCELED, outcome, CANCELED, null, null, NOTHING);
  }

  /** The result of a task that makes no sense. */
  TaskResult rejected(Delivery delivery, String why) {
    Outcome outcome = Outcome.failed("Rejected", why);
    return result(
        delivery, null, TaskStatus.REJECTED, outcome, outcome.error(), null, null, NOTHING);
  }

  /** What stands for a result that the broker refuses to take. */
  static TaskResult refused(TaskResult result, String why) {
    TaskError error = new TaskError("ResultRefused", "the broker refused the result: " + why);
    return new TaskResult(
        result.session(),
        result.id(),
        result.replay(),
        null,
        result.kind(),
        TaskStatus.FAILED,
        result.attempt(),
        result.losses(),
        result.pilot(),
        result.agent(),
        result.host(),
        result.exitCode(),
        null,
        null,
        Output.NONE,
        Output.NONE,
        error,
        result.timeline(),
        null,
        result.cores(),
        result.gpus(),
        result.gpuIds(),
        result.inputBytes(),
        null,
        null,
        null,
        Map.of());
  }

  private static TaskError timeout(TaskDescription task) {
    String seconds =
        BigDecimal.valueOf(Objects.requireNonNull(task.timeout()).toMillis(), 3)
            .stripTrailingZeros()
            .toPlainString();
    return new TaskError(
        "Timeout", "it ran longer than " + seconds + " s and was ended with all its processes");
  }

  private TaskError outOfMemory(Attempt attempt) {
    return MemoryBound.exceeded(
        attempt.peakMemoryMb(),
        attempt.grant().needs().memoryMb(),
        attempt.task().resources().nodes() > 1 ? host + ", the node of " + agent : null);
  }

  private TaskError tooMuchOutput() {
    return new TaskError(
        "TooMuchOutput",
        "it wrote more than "
            + limits.outputMb()
            + " MiB to its standard output and error, which is the most that "
            + TaskLimits.OUTPUT_VARIABLE
            + " lets a task of this agent write: it was ended with all its processes. Let it write"
            + " to a file");
  }

  private TaskError tooManyProcesses() {
    return new TaskError(
        "TooManyProcesses",
        "it had more than "
            + limits.processes()
            + " processes at once, which is the most that "
            + TaskLimits.PROCESSES_VARIABLE
            + " lets a task of this agent have: it was ended with all of them");
  }

  private TaskResult result(
      Delivery delivery,
      @Nullable TaskDescription task,
      TaskStatus status,
      Outcome outcome,
      @Nullable TaskError error,
      @Nullable Long startedUs,
      @Nullable Long endedUs,
      AgentState.Holding held) {
    return new TaskResult(
        delivery.key().session(),
        delivery.key().id(),
        delivery.replay(),
        task == null ? null : task.name(),
        delivery.kind(),
        status,
        delivery.attempt(),
        delivery.losses(),
        agent.pilot().value(),
        agent.toString(),
        host,
        outcome.exitCode(),
        outcome.value(),
        outcome.pickle(),
        outcome.stdout(),
        outcome.stderr(),
        error,
        new Timeline(
            known(delivery.submittedUs()),
            known(delivery.acceptedUs()),
            delivery.takenUs(),
            startedUs,
            endedUs,
            null,
            null,
            offset.micros(),
            offset.errorMicros()),
        outcome.usage(),
        held.milliCores(),
        held.milliGpus(),
        held.gpus(),
        delivery.body().length,
        outcome.workerReused(),
        outcome.mpi(),
        spilled(outcome.elsewhere()),
        task == null ? Map.of() : task.tags());
  }

  private TaskResult.@Nullable Spilled spilled(Outcome.@Nullable Elsewhere elsewhere) {
    return elsewhere == null
        ? null
        : new TaskResult.Spilled(host, elsewhere.path(), elsewhere.bytes(), elsewhere.sha256());
  }

  private static @Nullable Long known(long stamp) {
    return stamp == 0 ? null : stamp;
  }
}
