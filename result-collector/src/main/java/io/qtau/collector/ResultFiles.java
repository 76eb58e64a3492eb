package io.qtau.collector;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskResult;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * The files of one directory: {@code results.jsonl} is the truth, one result per line; {@code
 * metrics.csv}, {@code latency.csv} and {@code latency.hlog} are derived from it. Each key is
 * recorded once, also over restarts. One instance owns a directory at a time.
 */
public final class ResultFiles implements AutoCloseable {
  private final Path directory;
  private final DirectoryLock lock;
  private final KnownResults known = new KnownResults();
  private final Latencies latencies = new Latencies();
  private final AppendFile results;
  private final AppendFile metrics;
  private long late;
  private boolean torn;
  private boolean closed;

  private ResultFiles(Path directory, DirectoryLock lock) throws IOException {
    this.directory = directory;
    this.lock = lock;
    Path resultsPath = directory.resolve("results.jsonl");
    Path metricsPath = directory.resolve("metrics.csv");
    long complete = deriveMetrics(resultsPath, metricsPath);
    results = AppendFile.open(resultsPath, complete);
    try {
      metrics = AppendFile.open(metricsPath, Files.size(metricsPath));
    } catch (IOException | RuntimeException e) {
      results.close();
      throw e;
    }
  }

  /**
   * Opens a directory, and makes it when it is missing. A last line that was torn in mid-write is
   * cut off: its result was never acknowledged and comes again. {@code metrics.csv} is written
   * anew.
   *
   * @throws DirectoryInUse when another instance or process has it open
   * @throws IOException also when a complete line is not a result; the message names the line, and
   *     nothing is changed
   */
  public static ResultFiles open(Path directory) throws IOException {
    Files.createDirectories(directory);
    DirectoryLock lock = DirectoryLock.take(directory);
    try {
      return new ResultFiles(directory, lock);
    } catch (IOException | RuntimeException e) {
      lock.close();
      throw e;
    }
  }

  /** Reads what is recorded, and returns where its last complete line ends. */
  private long deriveMetrics(Path resultsPath, Path metricsPath) throws IOException {
    long[] complete = {0};
    WholeFile.write(metricsPath, out -> complete[0] = deriveMetrics(resultsPath, out));
    return complete[0];
  }

  private long deriveMetrics(Path resultsPath, OutputStream out) throws IOException {
    Writer writer = new OutputStreamWriter(out, StandardCharsets.UTF_8);
    MetricsCsv csv = new MetricsCsv(writer);
    csv.header();
    long complete = Files.exists(resultsPath) ? readResults(resultsPath, csv) : 0;
    writer.flush();
    return complete;
  }

  private long readResults(Path resultsPath, MetricsCsv csv) throws IOException {
    try (CompleteLines lines = new CompleteLines(resultsPath)) {
      for (byte[] line = lines.next(); line != null; line = lines.next()) {
        TaskResult result = decode(resultsPath, lines.number(), line);
        if (!known.contains(result.key())) {
          csv.row(result);
          count(result);
        }
      }
      return lines.end();
    }
  }

  private static TaskResult decode(Path path, long number, byte[] line) throws IOException {
    try {
      return ResultBytes.decode(line);
    } catch (MalformedMessage e) {
      throw new IOException(path + ", line " + number + ": not a result: " + e.getMessage(), e);
    }
  }

  private void count(TaskResult result) {
    known.add(result);
    latencies.add(result.timeline());
  }

  /**
   * Records the results whose key is new. After a normal return these are on the disk in {@code
   * results.jsonl}, and readers of {@code metrics.csv} see them (it is derived, so it is not
   * synced). After an exception none of the batch is recorded, and all of it may be tried again.
   */
  public synchronized Recorded record(List<TaskResult> batch) throws IOException {
    if (torn || closed) {
      throw new IOException(directory + (closed ? " is closed" : " must be opened again"));
    }
    List<TaskResult> fresh = fresh(batch);
    if (!fresh.isEmpty()) {
      append(lines(fresh), rows(fresh));
      fresh.forEach(this::count);
    }
    late += batch.size() - fresh.size();
    return new Recorded(fresh.size(), batch.size() - fresh.size());
  }

  private List<TaskResult> fresh(List<TaskResult> batch) {
    Set<ResultKey> inBatch = new HashSet<>();
    List<TaskResult> fresh = new ArrayList<>(batch.size());
    for (TaskResult result : batch) {
      ResultKey key = result.key();
      if (!known.contains(key) && inBatch.add(key)) {
        fresh.add(result);
      }
    }
    return fresh;
  }

  private static byte[] lines(List<TaskResult> batch) {
    ByteArrayOutputStream lines = new ByteArrayOutputStream(batch.size() * 1024);
    for (TaskResult result : batch) {
      lines.writeBytes(ResultBytes.encode(result));
      lines.write('\n');
    }
    return lines.toByteArray();
  }

  private static byte[] rows(List<TaskResult> batch) throws IOException {
    StringBuilder rows = new StringBuilder(batch.size() * 256);
    MetricsCsv csv = new MetricsCsv(rows);
    for (TaskResult result : batch) {
      csv.row(result);
    }
    return rows.toString().getBytes(StandardCharsets.UTF_8);
  }

  private void append(byte[] lines, byte[] rows) throws IOException {
    long resultsBefore = results.length();
    long metricsBefore = metrics.length();
    try {
      results.append(lines);
      metrics.append(rows);
      results.force();
    } catch (IOException e) {
      cutBack(e, resultsBefore, metricsBefore);
      throw e;
    }
  }

  private void cutBack(IOException cause, long resultsLength, long metricsLength) {
    try {
      results.cutBackTo(resultsLength);
      metrics.cutBackTo(metricsLength);
    } catch (IOException e) {
      torn = true; // open() repairs it.
      cause.addSuppressed(e);
    }
  }

  /** What the files hold now. */
  public synchronized Summary summary() {
    return new Summary(
        known.byStatus(),
        known.size(),
        late,
        latencies.negative(),
        latencies.outOfRange(),
        latencies.rows());
  }

  /** Writes {@code latency.csv} and {@code latency.hlog}; readers see the old or the new ones. */
  public synchronized void writeLatency() throws IOException {
    latencies.writeTo(directory);
  }

  /** Writes the latencies a last time, closes all files and gives the directory free. */
  @Override
  public synchronized void close() throws IOException {
    if (closed) {
      return;
    }
    closed = true;
    try (lock;
        results;
        metrics) {
      writeLatency();
    }
  }
}
