package io.qtau.system;

import io.qtau.protocol.TaskResult;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * How long slots of agents were idle while a task waited that would have fitted: all tasks have one
 * slot. A task waits from its acceptance by the broker until it starts, wherever it lies meanwhile.
 *
 * <p>Slots have no names here, only their number counts: one that is never used is idle all the
 * time, however often others of its agent change hands.
 */
record IdleSlots(List<Row> rows, Collection<String> agents, int slots) {
  /** One task, in µs of one clock. */
  record Row(String agent, long accepted, long started, long ended) {
    static Row of(TaskResult result) {
      return new Row(
          result.agent().toString(),
          result.timeline().accepted(),
          result.timeline().started(),
          result.timeline().ended());
    }
  }

  /** How long it was so, from an instant on, in µs. */
  record Stretch(long from, long micros) {
    private static final Stretch NONE = new Stretch(0, 0);

    private Stretch longer(Stretch other) {
      return other.micros > micros ? other : this;
    }
  }

  /** What is different from an instant on. */
  private static final class Change {
    private int waiting;
    private final Map<String, Integer> running = new HashMap<>();
  }

  /**
   * @param agents those that were there all the time, also those without a task
   * @param slots how many each of them has
   */
  static IdleSlots of(List<TaskResult> results, Collection<String> agents, int slots) {
    return new IdleSlots(results.stream().map(Row::of).toList(), agents, slots);
  }

  /**
   * The same of what was so at an instant and later. The broker stamps a task when it comes, and
   * nobody gets it before its sender's transaction ends: from when that is known, it surely waits.
   */
  IdleSlots since(long micros) {
    return new IdleSlots(
        rows.stream()
            .map(
                row ->
                    new Row(
                        row.agent,
                        Math.min(row.started, Math.max(row.accepted, micros)),
                        row.started,
                        row.ended))
            .toList(),
        agents,
        slots);
  }

  /**
   * The longest stretches, by agent: the first one is of at least one idle slot, the next of two,
   * and so on.
   */
  Map<String, List<Stretch>> longest() {
    Map<String, List<Stretch>> longest = new TreeMap<>();
    for (String agent : agents) {
      List<Stretch> figures = new ArrayList<>();
      for (int idle = 1; idle <= slots; idle++) {
        figures.add(longest(agent, idle));
      }
      longest.put(agent, figures);
    }
    return longest;
  }

  private Stretch longest(String agent, int atLeast) {
    return stretches(agent, atLeast).stream().reduce(Stretch.NONE, Stretch::longer);
  }

  /** All stretches of at least so many idle slots of an agent, in their order. */
  List<Stretch> stretches(String agent, int atLeast) {
    List<Stretch> stretches = new ArrayList<>();
    long since = -1;
    int waiting = 0;
    int running = 0;
    for (Map.Entry<Long, Change> next : changes().entrySet()) {
      waiting += next.getValue().waiting;
      running += next.getValue().running.getOrDefault(agent, 0);
      boolean idle = waiting > 0 && slots - running >= atLeast;
      if (idle && since < 0) {
        since = next.getKey();
      } else if (!idle && since >= 0) {
        stretches.add(new Stretch(since, next.getKey() - since));
        since = -1;
      }
    }
    return stretches;
  }

  /** Of one instant together: a slot that changes hands in it is not idle. */
  private TreeMap<Long, Change> changes() {
    TreeMap<Long, Change> changes = new TreeMap<>();
    for (Row row : rows) {
      changes.computeIfAbsent(row.accepted(), at -> new Change()).waiting++;
      Change start = changes.computeIfAbsent(row.started(), at -> new Change());
      start.waiting--;
      start.running.merge(row.agent(), 1, Integer::sum);
      changes
          .computeIfAbsent(row.ended(), at -> new Change())
          .running
          .merge(row.agent(), -1, Integer::sum);
    }
    return changes;
  }
}
