package io.qtau.client;

/**
 * The broker refused a task, in the words of the message, and with it all tasks of the same batch.
 * It has the first {@link #accepted()} tasks of the call and no other.
 */
public final class TaskRefused extends QTauException {
  private static final long serialVersionUID = 1L;

  TaskRefused(String message, long accepted, Throwable cause) {
    super(message, accepted, cause);
  }
}
