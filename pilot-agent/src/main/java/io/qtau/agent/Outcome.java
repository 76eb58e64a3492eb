package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
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
    Output stdout,
    Output stderr,
    @Nullable TaskError error,
    @Nullable Usage usage,
    @Nullable Boolean workerReused) {

  /** It succeeded and has nothing to say. */
  public static final Outcome DONE =
      new Outcome(true, null, null, null, Output.NONE, Output.NONE, null, null, null);

  /** It could not be started, or ended without a word. */
  public static Outcome failed(String type, String message) {
    return new Outcome(
        false,
        null,
        null,
        null,
        Output.NONE,
        Output.NONE,
        new TaskError(type, message),
        null,
        null);
  }
}
