package io.qtau.collector;

import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.Timeline;
import io.qtau.protocol.Usage;
import java.io.IOException;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/**
 * The rows of {@code metrics.csv}: RFC 4180, one result each; what is not known is empty. Instants
 * are as their own host stamped them; differences between an agent and another host have the
 * agent's clock offset applied, and may be negative. {@code output_bytes} is what the task wrote to
 * both streams. A text that a spreadsheet would take for a formula gets an apostrophe in front.
 */
final class MetricsCsv {
  private static final CSVFormat ROWS = CSVFormat.RFC4180;

  private static final String[] COLUMNS = {
    "task_id",
    "qtau_scheduled",
    "submit_time",
    "wait_time_secs",
    "execution_secs",
    "status",
    "error_msg",
    "name",
    "session",
    "kind",
    "attempt",
    "losses",
    "replay",
    "pilot",
    "agent",
    "host",
    "cores",
    "gpus",
    "completion_time",
    "staging_secs",
    "startup_secs",
    "settle_secs",
    "input_bytes",
    "output_bytes",
    "exit_code",
    "worker_reused",
    "clock_offset_ms",
    "env_import_secs"
  };

  private static final DateTimeFormatter UTC_MICROS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);

  private final CSVPrinter csv;

  MetricsCsv(Appendable out) throws IOException {
    csv = new CSVPrinter(out, ROWS);
  }

  void header() throws IOException {
    csv.printRecord((Object[]) COLUMNS);
  }

  void row(TaskResult result) throws IOException {
    Timeline times = result.timeline();
    TaskError error = result.error();
    String pilot = text(result.pilot());
    csv.printRecord(
        result.id(),
        pilot,
        instant(times.submitted()),
        seconds(
            Instants.between(times.submitted(), Instants.onBrokerClock(times, times.started()))),
        seconds(Stage.EXECUTION.duration(times)),
        result.status(),
        error == null ? null : text(error.message()),
        text(result.name()),
        result.session(),
        text(result.kind()),
        result.attempt(),
        result.losses(),
        result.replay(),
        pilot,
        text(result.agent()),
        text(result.host()),
        units(result.cores()),
        units(result.gpus()),
        instant(times.ended()),
        null, // staging_secs: stage_in and stage_out are reserved
        seconds(Stage.STARTUP.duration(times)),
        seconds(Stage.SETTLE.duration(times)),
        result.inputBytes(),
        result.stdout().bytes() + result.stderr().bytes(),
        result.exitCode(),
        result.workerReused(),
        thousandths(times.offsetUs()),
        envImport(result.usage()));
  }

  private static @Nullable String text(@Nullable String value) {
    boolean formula = value != null && !value.isEmpty() && "=+-@".indexOf(value.charAt(0)) >= 0;
    return formula ? "'" + value : value;
  }

  private static @Nullable String instant(@Nullable Long micros) {
    return micros == null ? null : UTC_MICROS.format(Instant.EPOCH.plus(micros, ChronoUnit.MICROS));
  }

  private static @Nullable String seconds(@Nullable Long micros) {
    return micros == null ? null : BigDecimal.valueOf(micros, 6).toPlainString();
  }

  private static @Nullable String thousandths(@Nullable Long value) {
    return value == null ? null : BigDecimal.valueOf(value, 3).toPlainString();
  }

  private static @Nullable String envImport(@Nullable Usage usage) {
    return usage == null || usage.envImportSeconds() == null
        ? null
        : BigDecimal.valueOf(usage.envImportSeconds())
            .setScale(6, RoundingMode.HALF_UP)
            .toPlainString();
  }

  private static String units(int thousandths) {
    return BigDecimal.valueOf(thousandths, 3).stripTrailingZeros().toPlainString();
  }
}
