package io.qtau.cli;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What {@code await}, {@code run} or {@code collect} have written into a directory. */
final class RecordedResults {
  private RecordedResults() {}

  /**
   * The last result of each task that is meant, by id.
   *
   * @param out a directory; null = none
   */
  static Map<String, TaskResult> read(@Nullable Path out, TaskRef meant) throws IOException {
    Map<String, TaskResult> results = new LinkedHashMap<>();
    if (out == null) {
      return results;
    }
    Path file = new OutDirectory(out).results();
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        TaskResult result = WireFormat.decodeResult(line.getBytes(StandardCharsets.UTF_8));
        if (result.session().equals(meant.session())
            && (meant.id() == null || result.id().equals(meant.id()))) {
          results.put(result.id().value(), result);
        }
      }
    } catch (MalformedMessage e) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT, file + ": a line is no result: " + e.getMessage(), e);
    }
    return results;
  }
}
