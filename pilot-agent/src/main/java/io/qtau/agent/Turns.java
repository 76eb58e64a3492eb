package io.qtau.agent;

import io.qtau.protocol.Priority;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Which priority takes next: the highest that has tasks, and now and then a lower one. When all
 * three have tasks, of 20 starts about 17 are of high priority, 2 of normal and 1 of low.
 */
final class Turns {
  /** After so many starts of higher priorities comes one of this. */
  private static final Map<Priority, Integer> PATIENCE =
      Map.of(Priority.HIGH, Integer.MAX_VALUE, Priority.NORMAL, 9, Priority.LOW, 19);

  private static final int DUE = 10;
  private static final List<Priority> PRIORITIES = List.of(Priority.values());

  private final Map<Priority, Integer> passedOver = new EnumMap<>(Priority.class);

  Turns() {
    for (Priority priority : Priority.values()) {
      passedOver.put(priority, 0);
    }
  }

  /** A task of this priority starts, while lower ones may wait. */
  void came(Priority own) {
    passedOver.put(own, 0);
    for (Priority lower : Priority.values()) {
      if (lower.compareTo(own) < 0) {
        passedOver.merge(lower, 1, Integer::sum);
      }
    }
  }

  /** No task of this priority waits. */
  void empty(Priority own) {
    passedOver.put(own, 0);
  }

  /**
   * The larger, the sooner, each at its {@link #place}. A priority that has been passed over for
   * long is before all others, and of two such the lower one.
   */
  int[] ranks() {
    int[] ranks = new int[PRIORITIES.size()];
    for (int rank = 0; rank < ranks.length; rank++) {
      ranks[rank] = isDue(PRIORITIES.get(rank)) ? DUE - rank : rank;
    }
    return ranks;
  }

  /** Where a priority stands in {@link #ranks}. */
  static int place(Priority priority) {
    return PRIORITIES.indexOf(priority);
  }

  private boolean isDue(Priority priority) {
    return passedOver.getOrDefault(priority, 0)
        >= PATIENCE.getOrDefault(priority, Integer.MAX_VALUE);
  }
}
