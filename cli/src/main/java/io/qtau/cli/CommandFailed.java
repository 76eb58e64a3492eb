package io.qtau.cli;

import org.jspecify.annotations.Nullable;

/** A command cannot go on. The message is for a person: what, where, why, and what to do. */
final class CommandFailed extends RuntimeException {
  private static final long serialVersionUID = 1L;
  private final ExitCode code;

  CommandFailed(ExitCode code, String message) {
    this(code, message, null);
  }

  CommandFailed(ExitCode code, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.code = code;
  }

  ExitCode code() {
    return code;
  }
}
