package io.qtau.agent;

import io.qtau.protocol.TaskKey;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Tasks that have slots here and do not run yet: their claims are on their way to us, or other
 * nodes are being gathered for them. Whoever removes one sees to its slots.
 */
final class BeforeStart {
  /**
   * What a task will run in.
   *
   * @param takenUs when it came, by the agent's clock
   */
  record Waiting(Grant grant, Origin origin, long takenUs) {}

  private final Map<TaskKey, Waiting> tasks = new ConcurrentHashMap<>();

  void put(TaskKey task, Waiting waiting) {
    tasks.put(task, waiting);
  }

  @Nullable Waiting remove(TaskKey task) {
    return tasks.remove(task);
  }

  /** Whether it was still there. */
  boolean remove(TaskKey task, Waiting waiting) {
    return tasks.remove(task, waiting);
  }

  boolean has(TaskKey task, Waiting waiting) {
    return waiting.equals(tasks.get(task));
  }

  List<TaskKey> keys() {
    return List.copyOf(tasks.keySet());
  }

  int size() {
    return tasks.size();
  }
}
