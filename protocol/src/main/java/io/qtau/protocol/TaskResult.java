package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The terminal record of a task: how it ended, what it said, when, and where it ran.
 *
 * @param attempt the number of the execution that this tells of, from 1
 * @param losses how many agents vanished while they ran it
 * @param replay how often it was taken out of the dead letters
 * @param exitCode of a program; 128 + n when signal n ended it
 * @param value what a function returned
 * @param pickle base64 of what it returned, when that is not JSON and was asked for
 * @param cores what it occupied, in thousandths
 * @param gpus the same of GPUs
 * @param gpuIds which ones, on the node of its agent
 * @param inputBytes the size of its description
 * @param workerReused whether its Python worker had run other tasks; null for other kinds
 * @param mpi how its ranks ran; null for other kinds
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record TaskResult(
    @JsonProperty("session") SessionName session,
    @JsonProperty("id") TaskId id,
    @JsonProperty("replay") int replay,
    @JsonProperty("name") @Nullable String name,
    @JsonProperty("kind") String kind,
    @JsonProperty("status") TaskStatus status,
    @JsonProperty("attempt") int attempt,
    @JsonProperty("losses") int losses,
    @JsonProperty("pilot") @Nullable String pilot,
    @JsonProperty("agent") @Nullable String agent,
    @JsonProperty("host") @Nullable String host,
    @JsonProperty("exit_code") @Nullable Integer exitCode,
    @JsonProperty("value") @Nullable JsonNode value,
    @JsonProperty("pickle") @Nullable String pickle,
    @JsonProperty("stdout") Output stdout,
    @JsonProperty("stderr") Output stderr,
    @JsonProperty("error") @Nullable TaskError error,
    @JsonProperty("timeline") Timeline timeline,
    @JsonProperty("usage") @Nullable Usage usage,
    @JsonProperty("milli_cores") int cores,
    @JsonProperty("milli_gpus") @JsonInclude(JsonInclude.Include.NON_DEFAULT) int gpus,
    @JsonProperty("gpus") @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> gpuIds,
    @JsonProperty("input_bytes") long inputBytes,
    @JsonProperty("worker_reused") @Nullable Boolean workerReused,
    @JsonProperty("mpi") @Nullable MpiFacts mpi,
    @JsonProperty("spilled") @Nullable Spilled spilled,
    @JsonProperty("tags") Map<String, String> tags) {

  /** A value too large for a message, in a file beside the pilot. */
  public record Spilled(String host, String path, long bytes, String sha256) {}

  public TaskResult {
    tags = tags == null ? Map.of() : Map.copyOf(tags);
    gpuIds = gpuIds == null ? List.of() : List.copyOf(gpuIds);
    stdout = stdout == null ? Output.NONE : stdout;
    stderr = stderr == null ? Output.NONE : stderr;
  }

  /**
   * The result of a task that the broker ends: no agent has it.
   *
   * @param by who says so
   * @param stderr what is known of its standard error
   */
  public static TaskResult ofBroker(
      ResultKey key,
      String kind,
      TaskStatus status,
      int attempt,
      int losses,
      String by,
      TaskError error,
      Output stderr,
      Timeline timeline) {
    return new TaskResult(
        key.session(),
        key.id(),
        key.replay(),
        null,
        kind,
        status,
        attempt,
        losses,
        by,
        null,
        null,
        null,
        null,
        null,
        Output.NONE,
        stderr,
        error,
        timeline,
        null,
        0,
        0,
        List.of(),
        0,
        null,
        null,
        null,
        Map.of());
  }

  @JsonIgnore
  public ResultKey key() {
    return new ResultKey(session, id, replay);
  }

  /** Whether the task succeeded. */
  @JsonIgnore
  public boolean succeeded() {
    return status == TaskStatus.SUCCESS;
  }

  /** The same with another timeline. */
  public TaskResult withTimeline(Timeline newTimeline) {
    return new TaskResult(
        session,
        id,
        replay,
        name,
        kind,
        status,
        attempt,
        losses,
        pilot,
        agent,
        host,
        exitCode,
        value,
        pickle,
        stdout,
        stderr,
        error,
        newTimeline,
        usage,
        cores,
        gpus,
        gpuIds,
        inputBytes,
        workerReused,
        mpi,
        spilled,
        tags);
  }

  /** The same with its value and long output elsewhere. */
  public TaskResult spill(Spilled where, Output shortStdout, Output shortStderr) {
    return new TaskResult(
        session,
        id,
        replay,
        name,
        kind,
        status,
        attempt,
        losses,
        pilot,
        agent,
        host,
        exitCode,
        null,
        null,
        shortStdout,
        shortStderr,
        error,
        timeline,
        usage,
        cores,
        gpus,
        gpuIds,
        inputBytes,
        workerReused,
        mpi == null ? null : mpi.withoutOutput(),
        where,
        tags);
  }
}
