package io.qtau.system;

import io.qtau.protocol.TaskResult;
import io.qtau.protocol.Timeline;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** What the timelines of results say of slots: how full they were, and who waited for them. */
record SlotTimes(List<TaskResult> results) {
  /** After so long slots are kept for a task that narrower ones pass by. */
  private static final long PATIENCE_US = TimeUnit.SECONDS.toMicros(2);

  /**
   * How long wide tasks have waited.
   *
   * @param longestUs from a task's acceptance to its start, behind others of its width as well
   * @param longestTurnUs from the moment when it was the next of its width
   * @param longestLateUs of that, what is neither patience nor the end of what ran then where it
   *     started
   */
  record Waits(long longestUs, long longestTurnUs, long longestLateUs) {
    @Override
    public String toString() {
      return "%.1f s at most, %.1f s as the next of its width, %.1f s longer than it had to"
          .formatted(longestUs / 1e6, longestTurnUs / 1e6, longestLateUs / 1e6);
    }
  }

  SlotTimes {
    results = results.stream().sorted(Comparator.comparingLong(SlotTimes::started)).toList();
  }

  static long started(TaskResult result) {
    return at(result.timeline().started());
  }

  static long ended(TaskResult result) {
    return at(result.timeline().ended());
  }

  private static long accepted(TaskResult result) {
    Timeline timeline = result.timeline();
    return at(timeline.accepted()) - at(timeline.offsetUs());
  }

  private static long at(Long known) {
    return known;
  }

  private static Set<String> hosts(TaskResult result) {
    return result.mpi() == null ? Set.of(result.host()) : Set.copyOf(result.mpi().hosts());
  }

  /** When the last one starts nothing waits any more. */
  long lastStart() {
    return started(results.get(results.size() - 1));
  }

  double secondsOfWaiting() {
    return (lastStart() - begin()) / 1e6;
  }

  private long begin() {
    return results.stream().mapToLong(SlotTimes::accepted).min().orElseThrow();
  }

  /** Of so many slots, the share that tasks had while any waited. */
  double utilisation(int slots) {
    long last = lastStart();
    double occupied =
        results.stream()
            .mapToDouble(
                result ->
                    (Math.min(last, ended(result)) - started(result))
                        * (result.cores() / 1000.0)
                        * hosts(result).size())
            .sum();
    return occupied / ((double) slots * (last - begin()));
  }

  /** The longest run of a width. */
  long longestRunUs(String name) {
    return of(name).stream().mapToLong(result -> ended(result) - started(result)).max().orElse(0);
  }

  private List<TaskResult> of(String name) {
    return results.stream().filter(result -> name.equals(result.name())).toList();
  }

  /** The waits of a width. */
  Waits waits(String name) {
    List<TaskResult> own = of(name);
    long longest = 0;
    long longestTurn = 0;
    long longestLate = 0;
    for (int i = 0; i < own.size(); i++) {
      TaskResult one = own.get(i);
      long turn =
          own.subList(i, own.size()).stream().mapToLong(SlotTimes::accepted).min().orElse(0);
      turn = i == 0 ? turn : Math.max(turn, started(own.get(i - 1)));
      longest = Math.max(longest, started(one) - accepted(one));
      longestTurn = Math.max(longestTurn, started(one) - turn);
      longestLate = Math.max(longestLate, started(one) - possible(one, turn + PATIENCE_US));
    }
    return new Waits(longest, longestTurn, longestLate);
  }

  /** When all slots are free where it ran, if nothing begins there from a moment on. */
  private long possible(TaskResult one, long from) {
    Set<String> hosts = hosts(one);
    return results.stream()
        .filter(other -> started(other) < from && ended(other) > from)
        .filter(other -> hosts(other).stream().anyMatch(hosts::contains))
        .mapToLong(SlotTimes::ended)
        .max()
        .orElse(from);
  }
}
