package io.qtau.client;

import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskResult;
import java.util.ArrayList;
import java.util.Collection;
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
  private List<ResultKey> group = List.of();

  /**
   * What is to be done with delivered results.
   *
   * @param fresh the sink has to record them
   * @param toCount the table has to count them
   */
  record Group(List<TaskResult> fresh, Collection<TaskResult> toCount) {}

  Group sort(List<TaskResult> delivered) {
    List<TaskResult> fresh = new ArrayList<>();
    Map<ResultKey, TaskResult> toCount = new LinkedHashMap<>();
    for (TaskResult result : delivered) {
      ResultKey key = result.key();
      if (!counted.contains(key)
          && toCount.putIfAbsent(key, result) == null
          && !uncounted.contains(key)) {
        fresh.add(result);
      }
    }
    group = List.copyOf(toCount.keySet());
    return new Group(fresh, toCount.values());
  }

  /** The sink has these. */
  void recorded(List<TaskResult> results) {
    results.forEach(result -> uncounted.add(result.key()));
  }

  /** The table counts the last sorted group. */
  void counted() {
    for (ResultKey key : group) {
      uncounted.remove(key);
      counted.add(key);
    }
    group = List.of();
    var oldest = counted.iterator();
    while (counted.size() > REMEMBERED) {
      oldest.next();
      oldest.remove();
    }
  }
}
