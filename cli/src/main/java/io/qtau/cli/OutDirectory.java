package io.qtau.cli;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.collector.ResultFiles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;

/** The directory of {@code --out}: the collector's files, and {@code run.json} beside them. */
record OutDirectory(Path path) {
  private static final String RUN = "run.json";
  private static final List<String> RESULTS =
      List.of("results.jsonl", "metrics.csv", "latency.csv", "latency.hlog");

  /**
   * Looks, without making anything, whether it could be made and written.
   *
   * @throws CommandFailed when it could not
   */
  void requireWritable() {
    Path existing = path.toAbsolutePath().normalize();
    while (existing != null && !Files.exists(existing)) {
      existing = existing.getParent();
    }
    if (existing == null || !Files.isDirectory(existing)) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT, "--out " + path + ": " + existing + " is not a directory");
    }
    if (!Files.isWritable(existing)) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT, "--out " + path + ": " + existing + " cannot be written");
    }
  }

  /**
   * Looks whether a new run may take the place of what is in it.
   *
   * @throws CommandFailed when that is an unfinished run, or results that no run has written
   */
  void requireReplaceable() throws IOException {
    Path run = path.resolve(RUN);
    if (!Files.exists(run)) {
      if (Files.exists(results()) && Files.size(results()) > 0) {
        throw new CommandFailed(
            ExitCode.IN_USE,
            "--out " + path + " holds results of another command; choose another directory");
      }
      return;
    }
    JsonNode record = JsonOutput.MAPPER.readTree(run.toFile());
    if (!RunRecord.FINISHED.equals(record.path("state").asText())) {
      throw new CommandFailed(
          ExitCode.IN_USE,
          "--out "
              + path
              + " holds the unfinished session "
              + record.path("session").asText("?")
              + "; await that one, choose another directory, or remove "
              + run);
    }
  }

  /** Makes it if need be, removes the files of a finished run, and opens it for new ones. */
  ResultFiles replace() throws IOException {
    requireReplaceable();
    create();
    Files.deleteIfExists(path.resolve(RUN));
    for (String name : RESULTS) {
      Files.deleteIfExists(path.resolve(name));
    }
    return ResultFiles.open(path);
  }

  /** Makes it if need be, and opens it to go on with its files. */
  ResultFiles append() throws IOException {
    create();
    return ResultFiles.open(path);
  }

  private void create() {
    try {
      Files.createDirectories(path);
    } catch (IOException e) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT, "--out " + path + " cannot be made: " + Words.of(e), e);
    }
  }

  Path results() {
    return path.resolve("results.jsonl");
  }

  /** Puts {@code run.json} in the place of its predecessor. */
  void write(RunRecord record) throws IOException {
    Path fresh = path.resolve("." + RUN + ".new");
    Files.writeString(fresh, JsonOutput.line(record) + "\n");
    Files.move(
        fresh,
        path.resolve(RUN),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Forgets a run that never came to submit anything. */
  void forget() throws IOException {
    Files.deleteIfExists(path.resolve(RUN));
    for (String name : RESULTS) {
      Files.deleteIfExists(path.resolve(name));
    }
  }
}
