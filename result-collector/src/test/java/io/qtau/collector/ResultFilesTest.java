package io.qtau.collector;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ResultFilesTest {
  @TempDir Path temporary;
  private Path dir;

  @BeforeEach
  void directoryIsMissing() {
    dir = temporary.resolve("not/yet/there");
  }

  private Path results() {
    return dir.resolve("results.jsonl");
  }

  private Path metrics() {
    return dir.resolve("metrics.csv");
  }

  private void recordAll(TaskResult... batch) throws IOException {
    try (ResultFiles files = ResultFiles.open(dir)) {
      files.record(List.of(batch));
    }
  }

  private List<TaskResult> recorded() throws Exception {
    List<String> lines = Files.readAllLines(results());
    TaskResult[] decoded = new TaskResult[lines.size()];
    for (int i = 0; i < decoded.length; i++) {
      decoded[i] = WireFormat.decodeResult(lines.get(i).getBytes(StandardCharsets.UTF_8));
    }
    return List.of(decoded);
  }

  private List<String> rowIds() throws IOException {
    List<String> lines = Files.readAllLines(metrics());
    assertThat(lines.get(0)).startsWith("task_id,qtau_scheduled,submit_time,");
    return lines.stream().skip(1).map(line -> line.substring(0, line.indexOf(','))).toList();
  }

  @Test
  void anEmptyDirectoryHasAHeaderAndNoRows() throws Exception {
    recordAll();
    assertThat(rowIds()).isEmpty();
    assertThat(results()).isEmptyFile();
    assertThat(dir.resolve("latency.csv"))
        .hasContent("stage,count,min,p50,p90,p99,p99.9,max,mean\r\n");
  }

  @Test
  void recordedResultsAreReadableBeforeClose() throws Exception {
    try (ResultFiles files = ResultFiles.open(dir)) {
      assertThat(files.record(List.of(Results.of("a"), Results.of("b"))))
          .isEqualTo(new Recorded(2, 0));
      assertThat(recorded()).containsExactly(Results.of("a"), Results.of("b"));
      assertThat(rowIds()).containsExactly("a", "b");
    }
  }

  @Test
  void aSecondResultOfAKeyIsLateInOneBatchInOneRunAndOverReopening() throws Exception {
    try (ResultFiles files = ResultFiles.open(dir)) {
      TaskResult second = Results.of("a", 0, TaskStatus.FAILED);
      assertThat(files.record(List.of(Results.of("a"), second))).isEqualTo(new Recorded(1, 1));
      assertThat(files.record(List.of(second, Results.of("b")))).isEqualTo(new Recorded(1, 1));
      assertThat(files.summary().late()).isEqualTo(2);
      assertThat(files.summary().byStatus()).isEqualTo(Map.of(TaskStatus.SUCCESS, 2L));
    }
    try (ResultFiles files = ResultFiles.open(dir)) {
      assertThat(files.record(List.of(Results.of("b"), Results.of("c"))))
          .isEqualTo(new Recorded(1, 1));
    }
    assertThat(recorded()).extracting(r -> r.id().value()).containsExactly("a", "b", "c");
    assertThat(rowIds()).containsExactly("a", "b", "c");
  }

  @Test
  void twoSessionsMayUseTheSameId() throws Exception {
    TaskResult here = Results.of("a");
    byte[] other =
        new String(WireFormat.encode(here), StandardCharsets.UTF_8)
            .replace("\"s1\"", "\"s2\"")
            .getBytes(StandardCharsets.UTF_8);
    recordAll(here, WireFormat.decodeResult(other));
    assertThat(recorded())
        .extracting(TaskResult::session)
        .containsExactly(new SessionName("s1"), new SessionName("s2"));
  }

  @Test
  void aReplayIsRecordedAndTheHighestOneCounts() throws Exception {
    TaskResult dead = Results.of("a", 0, TaskStatus.DEAD);
    TaskResult first = Results.of("a", 1, TaskStatus.FAILED);
    TaskResult second = Results.of("a", 2, TaskStatus.SUCCESS);
    try (ResultFiles files = ResultFiles.open(dir)) {
      files.record(List.of(dead, second));
      assertThat(files.record(List.of(first))).isEqualTo(new Recorded(1, 0));
      assertThat(files.record(List.of(dead, first, second))).isEqualTo(new Recorded(0, 3));
      assertThat(files.summary().byStatus()).isEqualTo(Map.of(TaskStatus.SUCCESS, 1L));
    }
    try (ResultFiles files = ResultFiles.open(dir)) {
      assertThat(files.record(List.of(dead, first, second))).isEqualTo(new Recorded(0, 3));
      Summary summary = files.summary();
      assertThat(summary.byStatus()).isEqualTo(Map.of(TaskStatus.SUCCESS, 1L));
      assertThat(summary.recorded()).isEqualTo(3);
      assertThat(summary.tasks()).isEqualTo(1);
      assertThat(summary.notSuccessful()).isZero();
    }
  }

  @Test
  void countsOfEveryStatusComeBackOnReopening() throws Exception {
    TaskResult[] all =
        Arrays.stream(TaskStatus.values())
            .map(status -> Results.of("t-" + status, 0, status))
            .toArray(TaskResult[]::new);
    recordAll(all);
    try (ResultFiles files = ResultFiles.open(dir)) {
      assertThat(files.summary().byStatus()).hasSize(7).containsValue(1L);
      assertThat(files.summary().notSuccessful()).isEqualTo(6);
      assertThat(files.summary().recorded()).isEqualTo(7);
    }
  }

  @Test
  void aTornLastLineIsCutAtEveryByteAndItsResultRecordedAgain() throws Exception {
    recordAll(
        Results.of("a"), Results.of("b", 0, TaskStatus.SUCCESS, "naïve 🐈", null, Results.TIMES));
    byte[] wholeResults = Files.readAllBytes(results());
    byte[] wholeMetrics = Files.readAllBytes(metrics());
    int lastLine = 1 + lastIndexOfNewline(wholeResults, wholeResults.length - 2);
    for (int cut = lastLine; cut < wholeResults.length; cut++) {
      Files.write(results(), Arrays.copyOf(wholeResults, cut));
      try (ResultFiles files = ResultFiles.open(dir)) {
        assertThat(rowIds()).as("rows after a cut at %d", cut).containsExactly("a");
        assertThat(files.summary().recorded()).isEqualTo(1);
        files.record(List.of(Results.of("b")));
      }
      assertThat(recorded()).as("after a cut at %d", cut).hasSize(2);
      Files.write(metrics(), wholeMetrics);
    }
  }

  @Test
  void metricsTornAtAnyByteAreDerivedAnew() throws Exception {
    recordAll(Results.of("a"), Results.of("b"));
    byte[] whole = Files.readAllBytes(metrics());
    for (int cut = 0; cut <= whole.length; cut++) {
      Files.write(metrics(), Arrays.copyOf(whole, cut));
      recordAll();
      assertThat(Files.readAllBytes(metrics())).as("after a cut at %d", cut).isEqualTo(whole);
    }
  }

  @Test
  void aKillBetweenTheTwoFilesLeavesNoDifference() throws Exception {
    TaskResult[] all = new TaskResult[20];
    Arrays.setAll(all, i -> Results.of("t" + i));
    recordAll(all);
    byte[] wholeResults = Files.readAllBytes(results());
    byte[] wholeMetrics = Files.readAllBytes(metrics());
    for (int[] lengths :
        new int[][] {{0, 0}, {1, 9999}, {3000, 0}, {3000, 700}, {9999, 50}, {700, 3000}}) {
      Files.write(
          results(), Arrays.copyOf(wholeResults, Math.min(lengths[0], wholeResults.length)));
      Files.write(
          metrics(), Arrays.copyOf(wholeMetrics, Math.min(lengths[1], wholeMetrics.length)));
      try (ResultFiles files = ResultFiles.open(dir)) {
        assertThat(rowIds())
            .isEqualTo(recorded().stream().map(TaskResult::id).map(TaskId::value).toList());
        files.record(List.of(all));
        assertThat(files.summary().recorded()).isEqualTo(20);
        assertThat(files.summary().latency()).extracting(StageRow::count).containsOnly(20L);
      }
      assertThat(Files.readAllBytes(results())).isEqualTo(wholeResults);
      assertThat(Files.readAllBytes(metrics())).isEqualTo(wholeMetrics);
    }
  }

  @Test
  void missingResultsMeanNoRows() throws Exception {
    recordAll(Results.of("a"));
    Files.delete(results());
    recordAll(Results.of("b"));
    assertThat(rowIds()).containsExactly("b");
  }

  @Test
  void aCompleteLineThatIsNoResultIsNamedAndNothingChanged() throws Exception {
    recordAll(Results.of("a"), Results.of("b"));
    Files.writeString(results(), "{\"id\":\"x\"}\n", StandardOpenOption.APPEND);
    byte[] before = Files.readAllBytes(results());
    byte[] rows = Files.readAllBytes(metrics());
    assertThatThrownBy(() -> ResultFiles.open(dir))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("results.jsonl, line 3: not a result: session: is missing");
    assertThat(Files.readAllBytes(results())).isEqualTo(before);
    assertThat(Files.readAllBytes(metrics())).isEqualTo(rows);
  }

  @Test
  void aSecondInstanceIsRefusedUntilTheFirstIsClosed() throws Exception {
    try (ResultFiles first = ResultFiles.open(dir)) {
      assertThatThrownBy(() -> ResultFiles.open(dir)).isInstanceOf(DirectoryInUse.class);
      assertThatThrownBy(() -> ResultFiles.open(dir.resolve("../there")))
          .isInstanceOf(DirectoryInUse.class);
      first.record(List.of(Results.of("a")));
    }
    recordAll(Results.of("b"));
    assertThat(rowIds()).containsExactly("a", "b");
  }

  @Test
  void closedFilesRecordNothingAndCloseAgain() throws Exception {
    ResultFiles files = ResultFiles.open(dir);
    files.close();
    files.close();
    assertThatThrownBy(() -> files.record(List.of(Results.of("a"))))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is closed");
  }

  @Test
  void halfASurrogatePairDoesNotStopTheCollector() throws Exception {
    recordAll(Results.of("a", 0, TaskStatus.SUCCESS, "x\ud83d", null, Results.TIMES));
    assertThat(recorded().get(0).name()).isEqualTo("x\ud83d");
    assertThat(Files.readString(metrics())).contains(",x?,");
  }

  @Test
  void derivedRowsAreThoseThatWereAppended() throws Exception {
    recordAll(
        Results.of("a", 0, TaskStatus.FAILED, "=1+1, \"x\"\r\ny", null, Results.TIMES),
        Results.of("b", 0, TaskStatus.SUCCESS, "äöü 🐈", null, Results.TIMES));
    byte[] appended = Files.readAllBytes(metrics());
    recordAll();
    assertThat(Files.readAllBytes(metrics())).isEqualTo(appended);
  }

  private static int lastIndexOfNewline(byte[] bytes, int from) {
    int at = from;
    while (at >= 0 && bytes[at] != '\n') {
      at--;
    }
    return at;
  }
}
