package io.qtau.cli;

import io.qtau.collector.StageRow;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Collectors;

/** What is printed at the end for people: counts that balance, and where the time went. */
final class SummaryText {
  private SummaryText() {}

  static String of(RunRecord run) {
    double rate = run.wallS() > 0 ? (run.accepted() - run.queuedOrRunning()) / run.wallS() : 0;
    String head =
        String.format(
            Locale.ROOT,
            "session %s: %s in %.1f s, %.0f tasks/s%n%s%n",
            run.session(),
            run.state(),
            run.wallS(),
            rate,
            balance(run));
    return head + latency(run.latency()) + "results in " + run.out();
  }

  /** {@code accepted 5 = SUCCESS 3 + FAILED 1 + queued or running 1}. */
  private static String balance(RunRecord run) {
    List<String> parts = new ArrayList<>();
    Map<String, Long> counts = run.counts();
    if (counts != null) {
      counts.forEach((status, count) -> add(parts, status, count, status.equals("SUCCESS")));
    }
    add(parts, "taken elsewhere", run.elsewhere(), false);
    add(parts, "queued or running", run.queuedOrRunning(), true);
    String late = run.late() == 0 ? "" : "; " + run.late() + " late";
    return "accepted " + run.accepted() + " = " + String.join(" + ", parts) + late;
  }

  private static void add(List<String> parts, String what, long count, boolean always) {
    if (always || count != 0) {
      parts.add(what + " " + count);
    }
  }

  static String latency(List<StageRow> rows) {
    StringBuilder text = new StringBuilder();
    if (!rows.isEmpty()) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-10s %8s %10s %10s %10s %10s   (ms)%n",
              "stage",
              "count",
              "p50",
              "p90",
              "p99",
              "max"));
    }
    for (StageRow row : rows) {
      text.append(
          String.format(
              Locale.ROOT,
              "%-10s %8d %10.2f %10.2f %10.2f %10.2f%n",
              row.stage(),
              row.count(),
              row.p50(),
              row.p90(),
              row.p99(),
              row.max()));
    }
    return text.toString();
  }

  /** Counts alone, for directories with results of many sessions. */
  static String counts(Map<?, Long> byStatus) {
    return byStatus.entrySet().stream()
        .map(e -> e.getKey() + " " + e.getValue())
        .sorted()
        .collect(Collectors.joining(", "));
  }
}
