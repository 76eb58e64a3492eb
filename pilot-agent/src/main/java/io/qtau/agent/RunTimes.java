package io.qtau.agent;

import java.util.Arrays;

/** How long the last 100 tasks of a lane ran here: what decides whether to take ahead. */
final class RunTimes {
  private static final int KEPT = 100;
  private static final int MOST = KEPT * 9 / 10;
  private static final long SHORT_US = 5_000;

  private final long[] micros = new long[KEPT];
  private int next;
  private int count;
  private int shortOnes;
  private long bytes;

  synchronized void add(long durationUs, int messageBytes) {
    if (count == KEPT && micros[next] < SHORT_US) {
      shortOnes--;
    }
    if (durationUs < SHORT_US) {
      shortOnes++;
    }
    micros[next] = durationUs;
    next = (next + 1) % KEPT;
    count = Math.min(count + 1, KEPT);
    bytes += (messageBytes - bytes) / 8;
  }

  synchronized void forget() {
    count = 0;
    next = 0;
    shortOnes = 0;
  }

  /**
   * Whether more than 90 of the last 100 took less than 5 ms. Asked for each task: it only
   * compares.
   */
  synchronized boolean areShort() {
    return count == KEPT && shortOnes > MOST;
  }

  /**
   * How many bytes of messages are about 10 ms of work for so many slots: more would make tasks
   * wait here while another agent is free.
   */
  synchronized int windowBytes(int slots, int mostBytes) {
    long tasks = Math.max(2, slots * 10_000L / Math.max(1, p90()));
    return (int) Math.min(mostBytes, tasks * Math.max(200, bytes));
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
