package io.qtau.collector;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.Timeline;
import io.qtau.protocol.Usage;
import java.io.IOException;
import java.io.StringReader;
import java.util.List;
import java.util.Map;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class MetricsCsvTest {
  private static final String HEADER =
      "task_id,qtau_scheduled,submit_time,wait_time_secs,execution_secs,status,error_msg,name,"
          + "session,kind,attempt,losses,replay,pilot,agent,host,cores,gpus,completion_time,"
          + "staging_secs,startup_secs,settle_secs,input_bytes,output_bytes,exit_code,"
          + "worker_reused,clock_offset_ms,env_import_secs\r\n";

  private static String text(TaskResult result) throws IOException {
    StringBuilder out = new StringBuilder();
    MetricsCsv csv = new MetricsCsv(out);
    csv.header();
    csv.row(result);
    return out.toString();
  }

  private static CSVRecord read(TaskResult result) throws IOException {
    CSVFormat format = CSVFormat.RFC4180.builder().setHeader().setSkipHeaderRecord(true).get();
    try (CSVParser parser = CSVParser.parse(new StringReader(text(result)), format)) {
      return parser.getRecords().get(0);
    }
  }

  private static TaskResult named(String name) {
    return Results.of("a", 0, TaskStatus.SUCCESS, name, null, Results.TIMES);
  }

  @Test
  void columnsAndValuesAreThoseOfTheProtocol() throws Exception {
    assertThat(text(Results.of("vqe-17")))
        .isEqualTo(
            HEADER
                + "vqe-17,p1,2026-11-23T09:00:00.000001Z,0.111000,1.000000,SUCCESS,,energy,"
                + "s1,exec,1,2,0,p1,p1.0,node7,0.5,0,2026-11-23T09:00:01.111001Z,"
                + ",0.100000,10.000000,120,7,0,,,\r\n");
  }

  @Test
  void whatIsNotKnownIsEmpty() throws Exception {
    Timeline nothing = new Timeline(null, null, null, null, null, null, null, null, null);
    CSVRecord row = read(Results.of("a", nothing));
    assertThat(
            row.toMap().entrySet().stream()
                .filter(e -> e.getValue().isEmpty())
                .map(Map.Entry::getKey))
        .containsExactlyInAnyOrder(
            "submit_time",
            "wait_time_secs",
            "execution_secs",
            "error_msg",
            "completion_time",
            "staging_secs",
            "startup_secs",
            "settle_secs",
            "worker_reused",
            "clock_offset_ms",
            "env_import_secs");
  }

  @Test
  void differencesBetweenHostsUseTheOffsetAndStayNegative() throws Exception {
    // The agent's clock is 2 s ahead of the broker's.
    Timeline t = Results.TIMES;
    Timeline ahead =
        new Timeline(
            t.submitted(),
            t.accepted(),
            t.taken(),
            t.started(),
            t.ended(),
            t.settled(),
            t.collected(),
            -2_000_500L,
            10L);
    CSVRecord row = read(Results.of("a", ahead));
    assertThat(row.get("wait_time_secs")).isEqualTo("-1.889500");
    assertThat(row.get("settle_secs")).isEqualTo("12.000500");
    assertThat(row.get("startup_secs")).isEqualTo("0.100000");
    assertThat(row.get("execution_secs")).isEqualTo("1.000000");
    assertThat(row.get("clock_offset_ms")).isEqualTo("-2000.500");
    assertThat(row.get("completion_time")).isEqualTo("2026-11-23T09:00:01.111001Z");
  }

  @ParameterizedTest
  @ValueSource(strings = {"=1+1", "+1", "-1", "@SUM(A1)", "=cmd|' /C calc'!A0"})
  void aTextThatLooksLikeAFormulaGetsAnApostrophe(String formula) throws Exception {
    CSVRecord row =
        read(
            Results.of(
                "a", 0, TaskStatus.FAILED, formula, new TaskError("X", formula), Results.TIMES));
    assertThat(row.get("name")).isEqualTo("'" + formula);
    assertThat(row.get("error_msg")).isEqualTo("'" + formula);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "a,b",
        "say \"hi\"",
        "two\r\nlines",
        "two\nlines",
        " spaces ",
        "'quoted'",
        "a=b",
        "äöü ∑ 🐈",
        "\"",
        "#comment",
        "tab\there"
      })
  void anyOtherTextComesBackAsItWas(String name) throws Exception {
    assertThat(read(named(name)).get("name")).isEqualTo(name);
    assertThat(read(named(name)).size()).isEqualTo(28);
  }

  @ParameterizedTest
  @CsvSource({"1000,1", "500,0.5", "128000,128", "10000,10", "1,0.001", "1250,1.25", "0,0"})
  void coresAndGpusAreDecimal(int thousandths, String cores) throws Exception {
    TaskResult r = Results.of("a");
    TaskResult wide =
        new TaskResult(
            r.session(),
            r.id(),
            r.replay(),
            r.name(),
            r.kind(),
            r.status(),
            r.attempt(),
            r.losses(),
            r.pilot(),
            r.agent(),
            r.host(),
            -9,
            r.value(),
            r.pickle(),
            r.stdout(),
            r.stderr(),
            r.error(),
            r.timeline(),
            new Usage(0, 0, 0, 1.25),
            thousandths,
            thousandths,
            List.of("0"),
            r.inputBytes(),
            true,
            r.mpi(),
            r.spilled(),
            r.tags());
    assertThat(read(wide).get("cores")).isEqualTo(cores);
    assertThat(read(wide).get("gpus")).isEqualTo(cores);
    assertThat(read(wide).get("exit_code")).as("numbers stay numbers").isEqualTo("-9");
    assertThat(read(wide).get("worker_reused")).isEqualTo("true");
    assertThat(read(wide).get("env_import_secs")).isEqualTo("1.250000");
  }
}
