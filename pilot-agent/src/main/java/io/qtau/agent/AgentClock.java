package io.qtau.agent;

/**
 * This host's time: one monotonic clock, told as epoch µs from where the wall clock stood at start.
 */
final class AgentClock {
  private final long startUs = System.currentTimeMillis() * 1000;
  private final long startNanos = System.nanoTime();

  long micros() {
    return startUs + (System.nanoTime() - startNanos) / 1000;
  }
}
