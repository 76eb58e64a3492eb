package io.qtau.agent;

import java.util.function.LongSupplier;

/** Epoch µs that pass when a test says so. */
final class SettableClock implements LongSupplier {
  private long us = 1_000_000_000_000L;

  @Override
  public long getAsLong() {
    return us;
  }

  long in(int seconds) {
    return us + seconds * 1_000_000L;
  }

  void passSeconds(double seconds) {
    us += (long) (seconds * 1e6);
  }
}
