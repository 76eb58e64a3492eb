package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.protocol.Output;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A Python process that serves one task after the other: started for this, or forked. */
final class PythonWorker implements AutoCloseable {
  private static final int END_SECONDS = 5;

  private final WorkerKey key;
  private final String mark;
  private final WorkerStream stream;
  private final CompletableFuture<WorkerEnd> end;
  private final Path prefix;
  private final @Nullable PythonProcess process;
  private final Scratch scratch;
  private long served;
  private double firstMb;
  private volatile double residentMb;

  private PythonWorker(
      WorkerKey key,
      String mark,
      WorkerStream stream,
      CompletableFuture<WorkerEnd> end,
      Path directory,
      @Nullable PythonProcess process) {
    this.key = key;
    this.mark = mark;
    this.stream = stream;
    this.end = end;
    this.process = process;
    prefix = WorkerDoor.prefix(directory, mark);
    scratch = new Scratch(prefix.getFileName().toString());
  }

  /** Starts one in an interpreter of its own, and waits until it is there. */
  static PythonWorker start(WorkerKey key, String mark, Path directory) throws IOException {
    PythonProcess process = PythonProcess.start(key, "--socket", mark, directory);
    return new PythonWorker(key, mark, process.stream(), process.end(), directory, process);
  }

  /**
   * One that was forked.
   *
   * @param end completes when the process that forked it says that it has ended
   */
  static PythonWorker forked(
      WorkerKey key,
      String mark,
      WorkerStream stream,
      CompletableFuture<WorkerEnd> end,
      Path directory) {
    return new PythonWorker(key, mark, stream, end, directory, null);
  }

  WorkerKey key() {
    return key;
  }

  String mark() {
    return mark;
  }

  /** What its tasks run in. */
  Scratch scratch() {
    return scratch;
  }

  /** How many tasks it has run. */
  long served() {
    return served;
  }

  /** What it holds, MiB, as of its last task. */
  double residentMb() {
    return residentMb;
  }

  /** What it holds more than after its first task, MiB. */
  double grownMb() {
    return residentMb - firstMb;
  }

  boolean isAlive() {
    return !end.isDone();
  }

  /** Has one task run; waits for its end. */
  JsonNode call(JsonNode request) throws IOException {
    stream.send(request);
    JsonNode answer = stream.read();
    residentMb = answer.path("rss_mb").asDouble();
    if (answer.path("kept").asBoolean()) {
      scratch.giveAway();
    }
    if (served++ == 0) {
      firstMb = residentMb;
    }
    return answer;
  }

  /** How it ended; for a worker whose stream has. Null when it is still there after 5 s. */
  @Nullable WorkerEnd awaitEnd() {
    try {
      return end.get(END_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      return null;
    } catch (ExecutionException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  /** What it said outside of tasks; empty for one that was forked. */
  String lastWords() {
    return process == null ? "" : process.lastWords();
  }

  /** Removes what one that is being killed may leave. */
  void forgetOutput() {
    var unused = List.of(leftOutput("stdout"), leftOutput("stderr"));
  }

  /** What its task has written so far. */
  long outputBytes() {
    return outputFile("stdout").toFile().length() + outputFile("stderr").toFile().length();
  }

  private Path outputFile(String name) {
    return prefix.resolveSibling(prefix.getFileName() + "." + name);
  }

  /** What the task had written to a stream when its worker died. */
  Output leftOutput(String name) {
    Path file = outputFile(name);
    try {
      Output output = CapturedFile.collect(file);
      Files.deleteIfExists(file);
      return new Output(output.text(), output.bytes(), output.truncated(), null);
    } catch (IOException none) {
      return Output.NONE;
    }
  }

  /** Ends it: it leaves when its stream does. */
  @Override
  public void close() {
    scratch.close();
    try {
      stream.close();
      if (process != null) {
        process.deleteLog();
      }
    } catch (IOException e) {
      if (process != null) {
        process.destroy();
      }
    }
  }
}
