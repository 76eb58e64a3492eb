package io.qtau.cli.bench;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.client.Session;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import java.util.Arrays;
import java.util.concurrent.ExecutionException;

/** One task after the other: each is submitted when the result of the last one is here. */
public final class RoundTrips {
  private RoundTrips() {}

  /** Milliseconds from before a submit to its result. */
  public record Millis(double p50, double p90, double p99, double max) {}

  /** What came of it. */
  public record Sample(double perSecond, Millis millis) {}

  public static Sample measure(QTau qtau, int n)
      throws QTauException, InterruptedException, ExecutionException {
    TaskDescription noop = TaskDescription.of(new Payload.Noop()).build();
    long[] nanos = new long[n];
    try (Session session = qtau.newSession()) {
      session.submit(noop).get();
      for (int i = 0; i < n; i++) {
        long start = System.nanoTime();
        session.submit(noop).get();
        nanos[i] = System.nanoTime() - start;
      }
    }
    double seconds = Arrays.stream(nanos).sum() / 1e9;
    return new Sample(n / seconds, millis(nanos));
  }

  static Millis millis(long[] nanos) {
    Arrays.sort(nanos);
    return new Millis(at(nanos, 0.5), at(nanos, 0.9), at(nanos, 0.99), at(nanos, 1));
  }

  private static double at(long[] sorted, double share) {
    int index = Math.max(0, (int) Math.ceil(sorted.length * share) - 1);
    return Math.round(sorted[index] / 1e3) / 1e3;
  }
}
