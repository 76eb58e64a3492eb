package io.qtau.agent;

import io.qtau.protocol.AgentState;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.ServiceLoader;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Who runs which kind. */
final class Executors implements AutoCloseable {
  private final Map<String, TaskExecutor> byKind = new HashMap<>();

  Executors(List<TaskExecutor> builtIn) {
    builtIn.forEach(executor -> byKind.put(executor.kind(), executor));
    ServiceLoader.load(TaskExecutor.class)
        .forEach(executor -> byKind.putIfAbsent(executor.kind(), executor));
  }

  @Nullable TaskExecutor of(String kind) {
    return byKind.get(kind);
  }

  Set<String> kinds() {
    return Set.copyOf(byKind.keySet());
  }

  /** The processes that they keep between tasks. */
  List<AgentState.Workers> workers() {
    return byKind.values().stream().flatMap(executor -> executor.workers().stream()).toList();
  }

  @Override
  public void close() {
    byKind.values().forEach(TaskExecutor::close);
  }
}
