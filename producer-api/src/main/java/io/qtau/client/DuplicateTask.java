package io.qtau.client;

/**
 * An id was used before in this session. The broker has the first {@link #accepted()} tasks of the
 * call and no other.
 */
public final class DuplicateTask extends QTauException {
  private static final long serialVersionUID = 1L;

  DuplicateTask(String message, long accepted) {
    super(message, accepted);
  }

  DuplicateTask(String message, long accepted, Throwable cause) {
    super(message, accepted, cause);
  }
}
