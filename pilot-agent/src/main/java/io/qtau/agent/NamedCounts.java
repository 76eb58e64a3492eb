package io.qtau.agent;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;

/**
 * Named resources: how many of each there are here, and how many tasks use. Of what all pilots
 * share there are the units that this agent holds, and of those it may lack some that its tasks
 * use: after a lost connection they are not its own until it has them back. Not for several
 * threads.
 */
final class NamedCounts {
  /** Others wait for a unit that one agent has had for so long. */
  static final long TURN = TimeUnit.SECONDS.toNanos(1);

  /** The next task of a lane has begun by then, if there is one. */
  static final long IDLE = TimeUnit.MILLISECONDS.toNanos(100);

  /** The units of one resource. */
  private static final class Held {
    private final int total;

    /** Since when, the oldest first. */
    private final Deque<Long> sinceNanos = new ArrayDeque<>();

    /** Since when some are not used; 0 = all are. */
    private long idleNanos;

    Held(int total) {
      this.total = total;
    }
  }

  private final Map<String, Integer> own;
  private final Map<String, Integer> used = new HashMap<>();
  private Map<String, Held> shared = Map.of();

  NamedCounts(Map<String, Integer> own) {
    this.own = Map.copyOf(own);
  }

  /** What all pilots share, which goes before this agent's own of the same name; none is held. */
  void share(Map<String, Integer> totals) {
    Map<String, Held> none = new HashMap<>();
    totals.forEach((name, total) -> none.put(name, new Held(total)));
    shared = none;
  }

  /** The units that are held are not any more. */
  void dropHeld() {
    shared.values().forEach(held -> held.sinceNanos.clear());
  }

  Map<String, Integer> totals() {
    Map<String, Integer> totals = new HashMap<>(own);
    shared.forEach((name, held) -> totals.put(name, held.total));
    return totals;
  }

  Set<String> shared() {
    return Set.copyOf(shared.keySet());
  }

  Map<String, Integer> free() {
    Map<String, Integer> free = totals();
    free.replaceAll((name, total) -> free(name));
    return free;
  }

  private int free(String name) {
    return Math.max(0, here(name) - used.getOrDefault(name, 0));
  }

  private int here(String name) {
    Held held = shared.get(name);
    return held == null ? own.getOrDefault(name, 0) : held.sinceNanos.size();
  }

  boolean fit(Map<String, Integer> wanted) {
    return wanted.isEmpty()
        || wanted.entrySet().stream().allMatch(one -> one.getValue() <= free(one.getKey()));
  }

  /** Whether there is enough of this agent's own. */
  boolean ownFit(Map<String, Integer> wanted) {
    return wanted.isEmpty()
        || wanted.entrySet().stream()
            .allMatch(
                one -> shared.containsKey(one.getKey()) || one.getValue() <= free(one.getKey()));
  }

  boolean fitBeside(Map<String, Integer> wanted, Map<String, Integer> kept) {
    return wanted.isEmpty()
        || wanted.entrySet().stream()
            .allMatch(
                one -> free(one.getKey()) - one.getValue() >= kept.getOrDefault(one.getKey(), 0));
  }

  void take(Map<String, Integer> wanted) {
    wanted.forEach((name, count) -> used.merge(name, count, Integer::sum));
  }

  void release(Map<String, Integer> taken) {
    taken.forEach((name, count) -> used.merge(name, -count, Integer::sum));
  }

  boolean areShared(Set<String> names) {
    return names.stream().anyMatch(shared::containsKey);
  }

  /** How many more units there must be here for a task, by name. */
  Map<String, Integer> lacking(Map<String, Integer> wanted) {
    Map<String, Integer> lacking = new TreeMap<>();
    wanted.forEach(
        (name, count) -> {
          if (shared.containsKey(name) && count > free(name)) {
            lacking.put(name, count - free(name));
          }
        });
    return lacking;
  }

  /** How many units tasks use that are not held. */
  Map<String, Integer> owed() {
    Map<String, Integer> owed = new TreeMap<>();
    shared.forEach(
        (name, held) -> {
          int lacks = used.getOrDefault(name, 0) - held.sinceNanos.size();
          if (lacks > 0) {
            owed.put(name, lacks);
          }
        });
    return owed;
  }

  /** Units are held from now on. */
  void came(Map<String, Integer> units, long now) {
    units.forEach(
        (name, count) -> {
          Held held = shared.get(name);
          for (int i = 0; held != null && i < count; i++) {
            held.sinceNanos.add(now);
          }
        });
  }

  boolean holdAny() {
    return shared.values().stream().anyMatch(held -> !held.sinceNanos.isEmpty());
  }

  /**
   * Units that are not held any more, since others may want them: they lay idle, or this agent has
   * had them for its turn.
   *
   * @param kept what the next task will need of them
   */
  Map<String, Integer> surplus(Map<String, Integer> kept, long now) {
    Map<String, Integer> surplus = new TreeMap<>();
    for (Map.Entry<String, Held> one : shared.entrySet()) {
      String name = one.getKey();
      Held held = one.getValue();
      int free = free(name) - kept.getOrDefault(name, 0);
      if (free <= 0) {
        held.idleNanos = 0;
        continue;
      }
      if (held.idleNanos == 0) {
        held.idleNanos = now;
      }
      boolean idle = now - held.idleNanos >= IDLE;
      int over = 0;
      while (over < free && (idle || now - held.sinceNanos.getFirst() >= TURN)) {
        held.sinceNanos.removeFirst();
        over++;
      }
      if (over > 0) {
        surplus.put(name, over);
      }
    }
    return surplus;
  }
}
