package io.qtau.agent;

import java.util.Arrays;

/** How long the last 100 tasks of a lane ran here: what decides whether to take ahead. */
final class RunTimes {
  private static final int KEPT = 100;

  /** So many say something. */
  private static final int ENOUGH = 10;

  private static final long SHORT_US = 20_000;

  /** A lane whose tasks become a little longer is not left at once: to come back costs more. */
  private static final long STILL_SHORT_US = 40_000;

  /** So much work may wait behind what runs. */
  private static final long AHEAD_US = 20_000;

  /** So much may be on its way to here. */
  private static final long WINDOW_US = 10_000;

  private static final int MOST_AHEAD = 64;

  /** Sorting them for each task would cost more than it tells. */
  private static final int SORT_EVERY = 16;

  private final long[] micros = new long[KEPT];
  private int next;
  private int count;
  private int shortOnes;
  private int stillShortOnes;
  private long p90 = SHORT_US;
  private long bytes;

  synchronized void add(long durationUs, int messageBytes) {
    if (count == KEPT) {
      count(micros[next], -1);
    }
    count(durationUs, 1);
    micros[next] = durationUs;
    next = (next + 1) % KEPT;
    count = Math.min(count + 1, KEPT);
    bytes += (messageBytes - bytes) / 8;
    if (next % SORT_EVERY == 0 || count == ENOUGH) {
      p90 = p90();
    }
  }

  private void count(long durationUs, int one) {
    shortOnes += durationUs < SHORT_US ? one : 0;
    stillShortOnes += durationUs < STILL_SHORT_US ? one : 0;
  }

  synchronized void forget() {
    count = 0;
    next = 0;
    shortOnes = 0;
    stillShortOnes = 0;
    p90 = SHORT_US;
  }

  /**
   * Whether, of at least 10, more than nine in ten took less than 20 ms. Asked for each task: it
   * only compares.
   */
  synchronized boolean areShort() {
    return count >= ENOUGH && 10 * shortOnes > 9 * count;
  }

  /** Whether that is nearly so: less than 40 ms. */
  synchronized boolean areStillShort() {
    return count >= ENOUGH && 10 * stillShortOnes > 9 * count;
  }

  /**
   * How many bytes of messages are about 10 ms of work for so many slots and lanes: more would make
   * tasks wait here while another agent is free.
   */
  synchronized int windowBytes(int slots, int lanes, int mostBytes) {
    long tasks = Math.max(2, slots * WINDOW_US / lanes / Math.max(1, p90));
    return (int) Math.min(mostBytes, tasks * Math.max(200, bytes));
  }

  /** How many tasks may wait here for one of so many slots, when so many lanes do this. */
  synchronized int mostAhead(int slots, int lanes) {
    long tasks = slots * AHEAD_US / lanes / Math.max(1, p90);
    return (int) Math.min(MOST_AHEAD, Math.max(slots, tasks));
  }

  private long p90() {
    if (count == 0) {
      return SHORT_US;
    }
    long[] sorted = Arrays.copyOf(micros, count);
    Arrays.sort(sorted);
    return sorted[Math.min(count - 1, count * 9 / 10)];
  }
}
