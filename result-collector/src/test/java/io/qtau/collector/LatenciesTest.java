package io.qtau.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.qtau.protocol.Timeline;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.LongStream;
import org.HdrHistogram.EncodableHistogram;
import org.HdrHistogram.Histogram;
import org.HdrHistogram.HistogramLogReader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LatenciesTest {
  private static final long WEEK_US = Duration.ofDays(7).toNanos() / 1000;
  @TempDir Path dir;

  private static Timeline executionOf(long micros) {
    long start = Results.T0;
    return new Timeline(null, null, null, start, start + micros, null, null, null, null);
  }

  private static Timeline withOffset(Timeline t, long offset) {
    return new Timeline(
        t.submitted(),
        t.accepted(),
        t.taken(),
        t.started(),
        t.ended(),
        t.settled(),
        t.collected(),
        offset,
        1L);
  }

  private Map<String, Histogram> log() throws IOException {
    Map<String, Histogram> byTag = new HashMap<>();
    try (HistogramLogReader reader = new HistogramLogReader(dir.resolve("latency.hlog").toFile())) {
      for (EncodableHistogram next = reader.nextIntervalHistogram();
          next != null;
          next = reader.nextIntervalHistogram()) {
        assertThat(byTag.put(next.getTag(), (Histogram) next)).isNull();
      }
    }
    return byTag;
  }

  @Test
  void stagesLieBetweenConsecutiveInstants() {
    Latencies latencies = new Latencies();
    latencies.add(Results.TIMES);
    assertThat(latencies.rows())
        .extracting(StageRow::stage)
        .containsExactly("submit", "queue", "startup", "execution", "settle", "collect", "total");
    double[] ms = {1, 10, 100, 1_000, 10_000, 100_000, 111_111};
    for (int i = 0; i < ms.length; i++) {
      assertThat(latencies.rows().get(i).p50()).isCloseTo(ms[i], within(ms[i] * 0.001));
      assertThat(latencies.rows().get(i).count()).isEqualTo(1);
    }
  }

  @Test
  void aStageWithoutSamplesHasNoRow() throws Exception {
    Latencies latencies = new Latencies();
    latencies.add(executionOf(5_000));
    latencies.writeTo(dir);
    assertThat(Files.readAllLines(dir.resolve("latency.csv")))
        .containsExactly(
            "stage,count,min,p50,p90,p99,p99.9,max,mean",
            "execution,1,5.000,5.003,5.003,5.003,5.003,5.003,5.002");
    assertThat(log()).containsOnlyKeys("execution");
  }

  @Test
  void negativeDifferencesAreCountedAndNotRecorded() {
    Latencies latencies = new Latencies();
    // The agent's stamps move a minute back: queue becomes negative, settle longer.
    latencies.add(withOffset(Results.TIMES, -60_000_000));
    assertThat(latencies.negative()).isEqualTo(1);
    assertThat(latencies.rows()).extracting(StageRow::stage).doesNotContain("queue").hasSize(6);
    assertThat(latencies.rows().get(3).p50()).isCloseTo(70_000, within(70.0));
    assertThat(latencies.rows().get(3).stage()).isEqualTo("settle");
  }

  @Test
  void moreThanAWeekIsOutOfRange() {
    Latencies latencies = new Latencies();
    latencies.add(executionOf(WEEK_US));
    latencies.add(executionOf(WEEK_US + 1));
    latencies.add(executionOf(Long.MAX_VALUE - Results.T0));
    assertThat(latencies.outOfRange()).isEqualTo(2);
    assertThat(latencies.rows()).hasSize(1);
    assertThat(latencies.rows().get(0).count()).isEqualTo(1);
  }

  @Test
  void theLogReadBackHasEqualCountsAndPercentiles() throws Exception {
    try (ResultFiles files = ResultFiles.open(dir)) {
      files.record(
          LongStream.rangeClosed(1, 1000)
              .mapToObj(i -> Results.of("t" + i, executionOf(i * i)))
              .toList());
    }
    Histogram expected = new Histogram(WEEK_US, 3);
    LongStream.rangeClosed(1, 1000).forEach(i -> expected.recordValue(i * i));
    Histogram read = log().get("execution");
    assertThat(read).isEqualTo(expected);
    for (double percentile : new double[] {0, 50, 90, 99, 99.9, 100}) {
      assertThat(read.getValueAtPercentile(percentile))
          .isEqualTo(expected.getValueAtPercentile(percentile));
    }
  }

  @Test
  void histogramsAndTheirCountsAreTheSameAfterReopening() throws Exception {
    Summary before;
    try (ResultFiles files = ResultFiles.open(dir)) {
      files.record(
          List.of(
              Results.of("a"),
              Results.of("b", executionOf(-1)),
              Results.of("c", executionOf(WEEK_US * 2))));
      before = files.summary();
    }
    byte[] csv = Files.readAllBytes(dir.resolve("latency.csv"));
    byte[] log = Files.readAllBytes(dir.resolve("latency.hlog"));
    try (ResultFiles files = ResultFiles.open(dir)) {
      assertThat(files.summary()).isEqualTo(before);
    }
    assertThat(before.negative()).isEqualTo(1);
    assertThat(before.outOfRange()).isEqualTo(1);
    assertThat(Files.readAllBytes(dir.resolve("latency.csv"))).isEqualTo(csv);
    assertThat(Files.readAllBytes(dir.resolve("latency.hlog"))).isEqualTo(log);
  }
}
