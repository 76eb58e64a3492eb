package io.qtau.protocol;

/** A task everywhere: two sessions may use the same ids. */
public record TaskKey(SessionName session, TaskId id) {
  @Override
  public String toString() {
    return session + "/" + id;
  }
}
