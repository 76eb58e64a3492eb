package io.qtau.agent;

import io.qtau.protocol.TaskKey;
import org.jspecify.annotations.Nullable;

/** Whose nodes are being gathered: one task's at a time. */
final class GatherTurn {
  private @Nullable TaskKey whose;

  synchronized boolean isFree() {
    return whose == null;
  }

  /** Whether it is this task's turn, from now on if it was nobody's. */
  synchronized boolean take(TaskKey task) {
    whose = whose == null ? task : whose;
    return whose.equals(task);
  }

  synchronized void end(TaskKey task) {
    whose = task.equals(whose) ? null : whose;
  }
}
