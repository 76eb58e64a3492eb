package io.qtau.collector;

import io.qtau.protocol.Timeline;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogWriter;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * One histogram of µs per stage. A sample that does not fit one (a negative difference of two
 * hosts' clocks, or more than 7 days) is counted, never bent.
 */
final class Latencies {
  private static final long HIGHEST_US = Duration.ofDays(7).toNanos() / 1000;
  private static final int DIGITS = 3;
  private static final CSVFormat CSV =
      CSVFormat.RFC4180
          .builder()
          .setHeader("stage", "count", "min", "p50", "p90", "p99", "p99.9", "max", "mean")
          .get();

  private final Map<Stage, Histogram> histograms = new EnumMap<>(Stage.class);
  private long negative;
  private long outOfRange;
  private long firstUs = Long.MAX_VALUE;
  private long lastUs = Long.MIN_VALUE;

  Latencies() {
    for (Stage stage : Stage.values()) {
      Histogram histogram = new Histogram(HIGHEST_US, DIGITS);
      histogram.setTag(stage.word());
      histograms.put(stage, histogram);
    }
  }

  void add(Timeline timeline) {
    histograms.forEach((stage, histogram) -> add(histogram, stage.duration(timeline)));
    span(timeline.submitted());
    span(timeline.collected());
  }

  private void add(Histogram histogram, @Nullable Long micros) {
    if (micros == null) {
      return;
    }
    if (micros < 0) {
      negative++;
    } else if (micros > HIGHEST_US) {
      outOfRange++;
    } else {
      histogram.recordValue(micros);
    }
  }

  private void span(@Nullable Long stamp) {
    if (stamp != null) {
      firstUs = Math.min(firstUs, stamp);
      lastUs = Math.max(lastUs, stamp);
    }
  }

  /** Differences below zero, over all stages. */
  long negative() {
    return negative;
  }

  /** Differences above 7 days, over all stages. */
  long outOfRange() {
    return outOfRange;
  }

  /** A row for each stage that has samples, in the order of the way. */
  List<StageRow> rows() {
    return histograms.entrySet().stream()
        .filter(e -> e.getValue().getTotalCount() > 0)
        .map(e -> StageRow.of(e.getKey(), e.getValue()))
        .toList();
  }

  /** Writes {@code latency.csv} and {@code latency.hlog}, each as a whole. */
  void writeTo(Path directory) throws IOException {
    WholeFile.write(directory.resolve("latency.csv"), this::writeCsv);
    WholeFile.write(directory.resolve("latency.hlog"), this::writeLog);
  }

  private void writeCsv(OutputStream out) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    CSVPrinter csv = new CSVPrinter(writer, CSV);
    for (StageRow row : rows()) {
      csv.printRecord(
          row.stage(),
          row.count(),
          ms(row.min()),
          ms(row.p50()),
          ms(row.p90()),
          ms(row.p99()),
          ms(row.p999()),
          ms(row.max()),
          ms(row.mean()));
    }
    csv.flush();
  }

  private static String ms(double value) {
    return String.format(Locale.ROOT, "%.3f", value);
  }

  /** The log's times are those of the data: the first submit and the last collect. */
  private void writeLog(OutputStream out) {
    HistogramLogWriter log = new HistogramLogWriter(out);
    log.outputComment("[values in microseconds, Interval_Max in milliseconds; one tag per stage]");
    log.outputLogFormatVersion();
    log.outputLegend();
    double start = firstUs > lastUs ? 0 : firstUs / 1e6;
    double end = firstUs > lastUs ? 0 : lastUs / 1e6;
    for (Histogram histogram : histograms.values()) {
      if (histogram.getTotalCount() > 0) {
        log.outputIntervalHistogram(start, end, histogram, 1e3);
      }
    }
  }
}
