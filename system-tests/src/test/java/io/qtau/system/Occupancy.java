package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Which cores real processes had at each instant, by the notes that they made themselves: {@code +
 * host cores nanoseconds task attempt} when one began, with {@code -} before it ended.
 *
 * <p>A process notes its beginning after its agent has started it, and its end before its agent can
 * know of that. So what is seen here lies within what an agent reserves, and more than there is of
 * a node is more than there may be, with no tolerance.
 */
record Occupancy(List<Change> changes) {
  /** What one process took or gave back. */
  record Change(boolean begins, String host, int cores, long nanos, String task, int attempt) {
    static Change parse(String line) {
      String[] words = line.split(" ", -1);
      return new Change(
          words[0].equals("+"),
          words[1],
          Integer.parseInt(words[2]),
          Long.parseLong(words[3]),
          words[4],
          Integer.parseInt(words[5]));
    }

    private int difference() {
      return begins ? cores : -cores;
    }

    private String execution() {
      return task + " on " + host + ", attempt " + attempt;
    }
  }

  Occupancy {
    List<Change> sorted = new ArrayList<>(changes);
    // Of one instant, ends first: whoever begins then has the slots of one that ends then.
    sorted.sort(Comparator.comparingLong(Change::nanos).thenComparing(Change::begins));
    changes = List.copyOf(sorted);
  }

  static Occupancy of(List<String> notes) {
    return new Occupancy(notes.stream().map(Change::parse).toList());
  }

  /** The most cores that processes had at one instant, by host. */
  Map<String, Integer> most() {
    Map<String, Integer> now = new HashMap<>();
    Map<String, Integer> most = new TreeMap<>();
    for (Change change : changes) {
      int cores = now.merge(change.host(), change.difference(), Integer::sum);
      most.merge(change.host(), cores, Math::max);
    }
    return most;
  }

  /** Checks that each process has ended, and that none is of a task that has begun there before. */
  void checkExecutions() {
    Set<String> begun = new HashSet<>();
    Set<String> running = new HashSet<>();
    List<String> wrong = new ArrayList<>();
    for (Change change : changes) {
      String execution = change.execution();
      if (change.begins()
          ? !begun.add(execution) || !running.add(execution)
          : !running.remove(execution)) {
        wrong.add(change.toString());
      }
    }
    assertThat(wrong).as("executions that are not the only one").isEmpty();
    assertThat(running).as("processes that did not end by themselves").isEmpty();
  }

  /** How many tasks there were. */
  long tasks() {
    return changes.stream().map(Change::task).distinct().count();
  }
}
