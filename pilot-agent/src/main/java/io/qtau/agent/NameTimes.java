package io.qtau.agent;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.OptionalLong;

/** How long the last tasks of each name ran here. */
final class NameTimes {
  private static final int KEPT = 20;
  private static final int MOST_NAMES = 1000;

  /** The durations of one name, the oldest of them overwritten next. */
  private static final class Times {
    private final long[] micros = new long[KEPT];
    private int count;

    void add(long durationUs) {
      micros[count % KEPT] = durationUs;
      count++;
    }

    long p90() {
      long[] sorted = Arrays.copyOf(micros, Math.min(count, KEPT));
      Arrays.sort(sorted);
      return sorted[sorted.length * 9 / 10];
    }
  }

  /** The names that were used last. */
  private final Map<String, Times> byName =
      new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1L;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Times> eldest) {
          return size() > MOST_NAMES;
        }
      };

  synchronized void add(String name, long durationUs) {
    byName.computeIfAbsent(name, none -> new Times()).add(durationUs);
  }

  /**
   * How long nine of ten tasks of that name took at most, in µs; empty when none has ended here.
   */
  synchronized OptionalLong p90(String name) {
    Times times = byName.get(name);
    return times == null ? OptionalLong.empty() : OptionalLong.of(times.p90());
  }
}
