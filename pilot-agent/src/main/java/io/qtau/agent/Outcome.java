package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.protocol.MpiFacts;
import io.qtau.protocol.Output;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.Usage;
import org.jspecify.annotations.Nullable;

/** How an execution went, before anybody else's reasons (a time-out, a cancel) are looked at. */
public record Outcome(
    boolean success,
    @Nullable Integer exitCode,
    @Nullable JsonNode value,
    @Nullable String pickle,
    @Nullable Elsewhere elsewhere,
    Output stdout,
    Output stderr,
    @Nullable TaskError error,
    @Nullable Usage usage,
    @Nullable Boolean workerReused,
    @Nullable MpiFacts mpi) {

  /** A value that is too large for a message, in a file of this host, as JSON. */
  public record Elsewhere(String path, long bytes, String sha256) {}

  /** It succeeded and has nothing to say. */
  public static final Outcome DONE =
      new Outcome(true, null, null, null, null, Output.NONE, Output.NONE, null, null, null, null);

  /** It could not be started, or ended without a word. */
  public static Outcome failed(String type, String message) {
    return DONE.with(new TaskError(type, message));
  }

  /** The same of what did not end by itself: it is no success. */
  Outcome killed() {
    return success ? with(new TaskError("Killed", "it was ended before it was over")) : this;
  }

  /** The same as a failure for this reason. */
  Outcome with(TaskError newError) {
    return new Outcome(
        false,
        exitCode,
        value,
        pickle,
        elsewhere,
        stdout,
        stderr,
        newError,
        usage,
        workerReused,
        mpi);
  }

  /** The same with other output. */
  Outcome with(Output newStdout, Output newStderr) {
    return new Outcome(
        success,
        exitCode,
        value,
        pickle,
        elsewhere,
        newStdout,
        newStderr,
        error,
        usage,
        workerReused,
        mpi);
  }
}
