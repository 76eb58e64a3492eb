package io.qtau.cli;

import io.qtau.collector.ResultFiles;
import io.qtau.collector.Summary;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.WireFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Map;

/** How many tasks of one session ended how, in a directory that may hold other sessions too. */
final class Tally {
  private final ResultFiles files;
  private final Map<TaskStatus, Long> before;
  private final Map<TaskStatus, Long> all;

  private Tally(ResultFiles files, Map<TaskStatus, Long> before) {
    this.files = files;
    this.before = before;
    this.all = files.summary().byStatus();
  }

  /** By the name of the status, of files with one session; each status has its figure. */
  static Map<String, Long> counts(Summary summary) {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (TaskStatus status : TaskStatus.values()) {
      counts.put(status.name(), summary.count(status));
    }
    return counts;
  }

  /** Of files that may hold results already: those of the session are counted. */
  static Tally of(ResultFiles files, Path results, SessionName session) throws IOException {
    Map<TaskStatus, Long> counts = new EnumMap<>(TaskStatus.class);
    if (files.summary().recorded() > 0) {
      read(results, session).values().forEach(last -> counts.merge(last.status(), 1L, Long::sum));
    }
    return new Tally(files, counts);
  }

  /** The highest replay of a task. */
  private record Last(int replay, TaskStatus status) {}

  private static Map<TaskId, Last> read(Path results, SessionName session) throws IOException {
    Map<TaskId, Last> found = new HashMap<>();
    try (BufferedReader lines = Files.newBufferedReader(results)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        TaskResult result = WireFormat.decodeResult(line.getBytes(StandardCharsets.UTF_8));
        if (result.session().equals(session)) {
          found.merge(
              result.id(),
              new Last(result.replay(), result.status()),
              (a, b) -> b.replay() > a.replay() ? b : a);
        }
      }
    } catch (MalformedMessage e) {
      throw new IOException(results + " is damaged: " + e.getMessage(), e);
    }
    return found;
  }

  /** By the name of the status; each has its figure. */
  Map<String, Long> counts() {
    Summary now = files.summary();
    Map<String, Long> counts = new LinkedHashMap<>();
    for (TaskStatus status : TaskStatus.values()) {
      long added = now.count(status) - all.getOrDefault(status, 0L);
      counts.put(status.name(), before.getOrDefault(status, 0L) + added);
    }
    return counts;
  }
}
