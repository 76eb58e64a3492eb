package io.qtau.protocol;

import org.jspecify.annotations.Nullable;

/**
 * Why a task did not succeed.
 *
 * @param type a word for programs: an exception's class name, {@code ExitCode}, {@code Timeout}
 * @param message one or two sentences for a person
 * @param trace where it happened, in the language's own form; null when there is none
 */
public record TaskError(String type, String message, @Nullable String trace) {
  public TaskError(String type, String message) {
    this(type, message, null);
  }
}
