package io.qtau.client;

import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** The handles whose results have not come yet. Thread-safe. */
final class Handles implements ResultSink {
  private static final System.Logger LOG = System.getLogger(Handles.class.getName());
  private final Map<TaskId, TaskHandle> open = new ConcurrentHashMap<>();

  List<TaskHandle> of(Batch batch) {
    List<TaskHandle> made = new ArrayList<>(batch.size());
    for (Outgoing task : batch.tasks()) {
      TaskHandle handle = new TaskHandle(task.id());
      open.put(task.id(), handle);
      made.add(handle);
    }
    return made;
  }

  void forget(List<TaskHandle> handles) {
    handles.forEach(handle -> open.remove(handle.id(), handle));
  }

  @Override
  public void record(List<TaskResult> results) {
    for (TaskResult result : results) {
      TaskHandle handle = open.remove(result.id());
      if (handle == null) {
        LOG.log(
            System.Logger.Level.WARNING,
            "nobody here waits for the result of {0} in session {1}: dropped",
            result.id(),
            result.session());
      } else {
        handle.complete(result);
      }
    }
  }

  /** No result will come any more. */
  void failAll(Throwable why) {
    for (TaskHandle handle : List.copyOf(open.values())) {
      open.remove(handle.id());
      handle.completeExceptionally(why);
    }
  }

  int size() {
    return open.size();
  }
}
