package io.qtau.protocol;

/** Where a task stands on its way; in this order, never backwards for one reader. */
public enum TaskState {
  /** On the broker's disk, waiting in its lane. */
  ACCEPTED,
  /** An agent holds it. */
  TAKEN,
  /** An attempt runs. */
  RUNNING,
  /** It has its result. */
  ENDED;

  /** The later of the two: what a reader knows after hearing of {@code other}. */
  public TaskState advance(TaskState other) {
    return other.compareTo(this) > 0 ? other : this;
  }
}
