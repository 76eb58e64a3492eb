package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * A Python process that has imported, and forks a worker for each task. It never runs one itself:
 * libraries that have run something hang in the children of their process.
 */
final class Zygote implements AutoCloseable {
  private static final Duration FORK = Duration.ofSeconds(10);
  private static final int IMPORT_MINUTES = 5;

  /** What it has to be for a task: a worker's key, and what is imported from where. */
  record Key(WorkerKey worker, List<String> preload, List<String> path) {
    /** What it is, in a line of a log. */
    String told() {
      String forks = worker.told() + ", forks";
      return preload.isEmpty() ? forks : forks + " with " + String.join(", ", preload);
    }
  }

  private final Key key;
  private final Path directory;
  private final PythonProcess process;
  private final Map<String, CompletableFuture<Long>> forked = new ConcurrentHashMap<>();
  private final Map<Long, CompletableFuture<WorkerEnd>> ends = new ConcurrentHashMap<>();
  private final double residentMb;
  private volatile long usedNanos = System.nanoTime();
  private volatile boolean closed;

  private Zygote(Key key, Path directory, PythonProcess process, double residentMb) {
    this.key = key;
    this.directory = directory;
    this.process = process;
    this.residentMb = residentMb;
  }

  /**
   * Starts one, and waits until it has imported.
   *
   * @throws WorkerRefused when a module cannot be imported
   */
  static Zygote start(Key key, String mark, Path directory, Duration stuck) throws IOException {
    PythonProcess process = PythonProcess.start(key.worker(), "--zygote", mark, directory);
    ObjectNode order = WorkerStream.JSON.createObjectNode();
    key.preload().forEach(order.putArray("preload")::add);
    key.path().forEach(order.putArray("path")::add);
    order.put("stuck_s", stuck.toSeconds());
    process.stream().send(order);
    JsonNode answer = ready(process);
    if (answer.hasNonNull("error")) {
      process.stream().close();
      process.deleteLog();
      throw new WorkerRefused(PythonAnswer.error(answer.get("error")));
    }
    Zygote zygote = new Zygote(key, directory, process, answer.path("rss_mb").asDouble());
    Thread reader = new Thread(zygote::follow, "zygote");
    reader.setDaemon(true);
    reader.start();
    return zygote;
  }

  /** Waits for its imports, but not for ever: one that hangs would keep all later tasks. */
  private static JsonNode ready(PythonProcess process) throws IOException {
    CompletableFuture<Void> late =
        CompletableFuture.runAsync(
            process::destroy, CompletableFuture.delayedExecutor(IMPORT_MINUTES, TimeUnit.MINUTES));
    try {
      return process.stream().read();
    } catch (EOFException e) {
      throw new IOException(
          "the process that was to preload has ended, or did not in "
              + IMPORT_MINUTES
              + " min; "
              + process.lastWords(),
          e);
    } finally {
      late.cancel(false);
    }
  }

  /** Makes a worker for one task. */
  PythonWorker fork(String mark) throws IOException {
    usedNanos = System.nanoTime();
    CompletableFuture<Long> pid = forked.computeIfAbsent(mark, m -> new CompletableFuture<>());
    try (WorkerDoor door = new WorkerDoor(directory, mark)) {
      synchronized (this) {
        process.stream()
            .send(
                WorkerStream.JSON
                    .createObjectNode()
                    .put("fork", door.path().toString())
                    .put("mark", mark));
      }
      CompletableFuture<WorkerEnd> end = endOf(await(pid));
      return PythonWorker.forked(key.worker(), mark, door.accept(end, FORK), end, directory);
    } catch (IOException e) {
      var unused =
          pid.thenAccept(
              child -> ProcessHandle.of(child).ifPresent(ProcessHandle::destroyForcibly));
      throw new IOException("no worker could be forked: " + process.lastWords(), e);
    } finally {
      forked.remove(mark);
    }
  }

  private static long await(CompletableFuture<Long> pid) throws IOException {
    try {
      return pid.get(FORK.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException | TimeoutException e) {
      throw new IOException("the process that forks does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    }
  }

  Key key() {
    return key;
  }

  boolean isAlive() {
    return !closed && process.isAlive();
  }

  /** Since when no worker of it runs; {@link Long#MAX_VALUE} while one does, or is about to. */
  long idleSinceNanos() {
    return isIdle() ? usedNanos : Long.MAX_VALUE;
  }

  boolean isIdle() {
    return ends.isEmpty() && forked.isEmpty();
  }

  /** What it has held since it has imported, MiB. */
  double residentMb() {
    return residentMb;
  }

  private CompletableFuture<WorkerEnd> endOf(long pid) {
    return ends.computeIfAbsent(pid, child -> new CompletableFuture<>());
  }

  /** Hears of forks and of ends, until the process is gone. */
  private void follow() {
    try {
      while (true) {
        hear(process.stream().read());
      }
    } catch (IOException gone) {
      IOException why = new IOException("the process that forks is gone", gone);
      forked.values().forEach(pid -> pid.completeExceptionally(why));
      ends.values().forEach(end -> end.completeExceptionally(why));
    }
  }

  private void hear(JsonNode record) {
    if (record.has("forked")) {
      long pid = record.get("forked").asLong();
      var unused = endOf(pid);
      CompletableFuture<Long> wanted = forked.get(record.path("mark").asText());
      if (wanted != null) {
        wanted.complete(pid);
      }
    } else if (record.has("exited")) {
      usedNanos = System.nanoTime();
      CompletableFuture<WorkerEnd> end = ends.remove(record.get("exited").asLong());
      if (end != null) {
        end.complete(
            WorkerEnd.ofStatus(record.path("status").asInt(), record.path("stuck").asBoolean()));
      }
    }
  }

  @Override
  public void close() {
    closed = true;
    try {
      process.stream().close();
      process.deleteLog();
    } catch (IOException e) {
      process.destroy();
    }
  }
}
