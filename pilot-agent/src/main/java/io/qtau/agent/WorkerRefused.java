package io.qtau.agent;

import io.qtau.protocol.TaskError;
import java.io.IOException;

/** A Python process could not be made ready for a task, and said why. */
final class WorkerRefused extends IOException {
  private static final long serialVersionUID = 1L;
  private final transient TaskError error;

  WorkerRefused(TaskError error) {
    super(error.message());
    this.error = error;
  }

  TaskError error() {
    return error;
  }
}
