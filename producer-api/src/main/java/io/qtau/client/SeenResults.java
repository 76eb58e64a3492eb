package io.qtau.client;

import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Which results a reader knows already: those that the sink has but the table may not count, and
 * the last counted ones.
 */
final class SeenResults {
  private static final int REMEMBERED = 20_000;

  private final Set<ResultKey> uncounted = new LinkedHashSet<>();
  private final Set<ResultKey> counted = new LinkedHashSet<>();
  private final Map<ResultKey, TaskResult> group = new LinkedHashMap<>();

  /**
   * Adds delivered results to the group that the table is to count next.
   *
   * @return those that the sink has to record
   */
  List<TaskResult> sort(Collection<TaskResult> delivered) {
    List<TaskResult> fresh = new ArrayList<>();
    for (TaskResult result : delivered) {
      ResultKey key = result.key();
      if (!counted.contains(key)
          && group.putIfAbsent(key, result) == null
          && !uncounted.contains(key)) {
        fresh.add(result);
      }
    }
    return fresh;
  }

  /** What the table has to count. */
  Collection<TaskResult> group() {
    return Collections.unmodifiableCollection(group.values());
  }

  /** The group did not get to the table: what is in it will be delivered again. */
  void uncount() {
    group.clear();
  }

  /** The sink has these. */
  void recorded(List<TaskResult> results) {
    results.forEach(result -> uncounted.add(result.key()));
  }

  /** The table counts the group. */
  void counted() {
    uncounted.removeAll(group.keySet());
    counted.addAll(group.keySet());
    group.clear();
    var oldest = counted.iterator();
    while (counted.size() > REMEMBERED) {
      oldest.next();
      oldest.remove();
    }
  }
}
