package io.qtau.protocol;

/** How a task ended. Exactly one of these per result key. */
public enum TaskStatus {
  /** It ran and succeeded: exit code 0, or the function returned. */
  SUCCESS,
  /** It ran, or could not be started, and failed. */
  FAILED,
  /** It ran longer than its {@code timeout_s} and was killed with all its processes. */
  TIMEOUT,
  /** Somebody cancelled it. */
  CANCELED,
  /** Its deadline came before it could start. */
  EXPIRED,
  /** It killed the agents that ran it, too often. */
  DEAD,
  /** Its description makes no sense. */
  REJECTED;

  /** The state of a task that ended so. */
  public TaskState state() {
    return TaskState.ENDED;
  }
}
