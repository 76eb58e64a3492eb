package io.qtau.collector;

import io.qtau.protocol.ResultKey;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which results are recorded, and how many tasks ended how. A task counts with its highest replay.
 * About 120 bytes per task: the id and a map entry.
 */
final class KnownResults {
  private record Latest(int replay, TaskStatus status) {}

  /** Nearly all tasks are never replayed: they share these. */
  private static final Map<TaskStatus, Latest> FIRST = new EnumMap<>(TaskStatus.class);

  static {
    for (TaskStatus status : TaskStatus.values()) {
      FIRST.put(status, new Latest(0, status));
    }
  }

  private final Map<SessionName, Map<String, Latest>> sessions = new HashMap<>();

  /** Keys that are recorded, but of which a higher replay is, too. */
  private final Set<ResultKey> superseded = new HashSet<>();

  private final Map<TaskStatus, Long> byStatus = new EnumMap<>(TaskStatus.class);
  private long size;

  boolean contains(ResultKey key) {
    Latest latest = latest(key);
    return latest != null && (latest.replay == key.replay() || superseded.contains(key));
  }

  private @Nullable Latest latest(ResultKey key) {
    Map<String, Latest> session = sessions.get(key.session());
    return session == null ? null : session.get(key.id().value());
  }

  /** Adds a result whose key is not contained yet. */
  void add(TaskResult result) {
    ResultKey key = result.key();
    Latest latest = latest(key);
    size++;
    if (latest != null && latest.replay > key.replay()) {
      superseded.add(key);
      return;
    }
    if (latest != null) {
      superseded.add(new ResultKey(key.session(), key.id(), latest.replay));
      byStatus.merge(latest.status, -1L, Long::sum);
    }
    byStatus.merge(result.status(), 1L, Long::sum);
    sessions
        .computeIfAbsent(key.session(), session -> new HashMap<>())
        .put(key.id().value(), latestOf(result));
  }

  private static Latest latestOf(TaskResult result) {
    Latest shared = FIRST.get(result.status());
    return result.replay() == 0 && shared != null
        ? shared
        : new Latest(result.replay(), result.status());
  }

  /** How many results, replays included. */
  long size() {
    return size;
  }

  /** How many tasks ended how; no entry for a status that none has. */
  Map<TaskStatus, Long> byStatus() {
    Map<TaskStatus, Long> copy = new EnumMap<>(byStatus);
    copy.values().removeIf(count -> count == 0);
    return Collections.unmodifiableMap(copy);
  }
}
