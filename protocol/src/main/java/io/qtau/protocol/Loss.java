package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import org.jspecify.annotations.Nullable;

/**
 * An agent vanished while it ran a task.
 *
 * @param attempt the execution that was lost
 * @param host where it ran
 * @param at when the broker noticed, epoch µs
 * @param stderr the end of what its program had written to its standard error; null when it wrote
 *     nothing, or the broker cannot read the file
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Loss(
    int attempt, AgentName agent, @Nullable String host, long at, @Nullable String stderr) {
  /** From so many losses on, a task runs alone on its agent. */
  public static final int SUSPECT = 2;

  /** With so many losses a task has killed its agents too often, and ends {@code DEAD}. */
  public static final int DEAD = 3;
}
