package io.qtau.agent;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;

/** An interpreter that runs {@code qtau.worker}; what it says outside of tasks goes to a log. */
final class PythonProcess {
  private static final File NOTHING = new File("/dev/null");
  private static final Duration START = Duration.ofSeconds(60);
  private static final int TOLD_CHARACTERS = 2000;

  private final Process process;
  private final Path log;
  private final WorkerStream stream;

  private PythonProcess(Process process, Path log, WorkerStream stream) {
    this.process = process;
    this.log = log;
    this.stream = stream;
  }

  /**
   * Starts one and waits until it says hello.
   *
   * @param role {@code --socket} for a worker, {@code --zygote} for what forks workers
   * @param mark of {@link ProcessTree}
   * @param directory holds the package and the sockets
   */
  static PythonProcess start(WorkerKey key, String role, String mark, Path directory)
      throws IOException {
    Path log = WorkerDoor.prefix(directory, mark).resolveSibling(mark.substring(0, 13) + ".log");
    try (WorkerDoor door = new WorkerDoor(directory, mark)) {
      Process process = launch(key, role, directory, door.path(), log, mark);
      try {
        return new PythonProcess(process, log, door.accept(process.onExit(), START));
      } catch (IOException e) {
        process.destroyForcibly();
        throw new IOException(
            "the interpreter " + key.interpreter() + " did not start a worker: " + tail(log), e);
      }
    }
  }

  private static Process launch(
      WorkerKey key, String role, Path directory, Path socket, Path log, String mark)
      throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(key.interpreter(), "-u", "-m", "qtau.worker", role, socket.toString());
    String before = builder.environment().get("PYTHONPATH");
    builder
        .environment()
        .put("PYTHONPATH", before == null ? directory.toString() : directory + ":" + before);
    key.putVariables(builder.environment());
    builder.environment().put("QTAU_WORKER_TOKEN", mark);
    builder.environment().put(ProcessTree.MARK, mark);
    builder.redirectInput(NOTHING);
    builder.redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    return builder.start();
  }

  WorkerStream stream() {
    return stream;
  }

  boolean isAlive() {
    return process.isAlive();
  }

  void destroy() {
    process.destroyForcibly();
  }

  CompletableFuture<WorkerEnd> end() {
    return process.onExit().thenApply(ended -> new WorkerEnd(ended.exitValue(), false));
  }

  /** What it said last. */
  String lastWords() {
    return tail(log);
  }

  void deleteLog() throws IOException {
    Files.deleteIfExists(log);
  }

  private static String tail(Path log) {
    try {
      String text = Files.readString(log).strip();
      return text.isEmpty()
          ? "it said nothing"
          : "it said: " + text.substring(Math.max(0, text.length() - TOLD_CHARACTERS));
    } catch (IOException e) {
      return "its log cannot be read";
    }
  }
}
