package io.qtau.client;

import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskResult;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/**
 * A submitted task and its result to come. It completes with a result whatever the task's status
 * is; exceptionally only when the session is closed first or its broker cannot be reached any more.
 * The task itself knows nothing of it: cancelling or completing a handle changes the handle only.
 *
 * <p>What depends on it runs in the session's reader thread, before the broker forgets the result;
 * it should be short, or use an executor of its own.
 */
public final class TaskHandle extends CompletableFuture<TaskResult> {
  private final TaskId id;

  TaskHandle(TaskId id) {
    this.id = id;
  }

  public TaskId id() {
    return id;
  }

  /** The same as this object, as far as it can be waited for. */
  public CompletionStage<TaskResult> result() {
    return minimalCompletionStage();
  }

  @Override
  public <U> CompletableFuture<U> newIncompleteFuture() {
    return new CompletableFuture<>();
  }

  @Override
  public String toString() {
    return "TaskHandle[" + id + "]";
  }
}
