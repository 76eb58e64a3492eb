package io.qtau.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Idle Python workers, by interpreter and cores. Their number is bounded by the slots: a worker is
 * made only for a task that has its slots and finds none idle.
 */
final class WorkerPool implements AutoCloseable {
  /** The files of the package that the worker runs from. */
  static final List<String> PACKAGE =
      List.of(
          "__init__.py",
          "worker/__init__.py",
          "worker/__main__.py",
          "worker/capture.py",
          "worker/failure.py",
          "worker/frames.py",
          "worker/hangup.py",
          "worker/paths.py",
          "worker/payload.py",
          "worker/serve.py",
          "worker/surroundings.py",
          "worker/task.py",
          "worker/usage.py",
          "worker/values.py");

  private final Map<PythonWorker.Key, Deque<PythonWorker>> idle = new HashMap<>();
  private final ProcessTree tree;
  private @Nullable Path directory;
  private boolean closed;

  WorkerPool(ProcessTree tree) {
    this.tree = tree;
  }

  PythonWorker take(@Nullable String environment, int milliCores) throws IOException {
    PythonWorker.Key key =
        new PythonWorker.Key(Interpreter.of(environment, System.getenv()), milliCores);
    PythonWorker worker = findIdle(key);
    return worker == null ? PythonWorker.start(key, tree.newMark(), directory()) : worker;
  }

  private synchronized @Nullable PythonWorker findIdle(PythonWorker.Key key) {
    Deque<PythonWorker> workers = idle.get(key);
    while (workers != null && !workers.isEmpty()) {
      PythonWorker worker = workers.pop();
      if (worker.isAlive()) {
        return worker;
      }
      worker.close();
    }
    return null;
  }

  synchronized void putBack(PythonWorker worker) {
    if (closed) {
      worker.close();
    } else {
      idle.computeIfAbsent(worker.key(), key -> new ArrayDeque<>()).push(worker);
    }
  }

  /** The package of the worker, unpacked where only this user can read it. */
  private synchronized Path directory() throws IOException {
    Path known = directory;
    if (known != null) {
      return known;
    }
    Path made = Files.createTempDirectory(Sweeper.temporary(tree.life()));
    for (String name : PACKAGE) {
      Path target = made.resolve("qtau").resolve(name);
      Files.createDirectories(target.getParent());
      try (InputStream in = WorkerPool.class.getResourceAsStream("python/qtau/" + name)) {
        Files.copy(Objects.requireNonNull(in, name), target);
      }
    }
    directory = made;
    return made;
  }

  @Override
  public synchronized void close() {
    closed = true;
    idle.values().forEach(workers -> workers.forEach(PythonWorker::close));
    idle.clear();
    if (directory != null) {
      try {
        deleteAll(directory);
      } catch (IOException e) {
        directory.toFile().deleteOnExit();
      }
    }
  }

  private static void deleteAll(Path root) throws IOException {
    Files.walkFileTree(
        root,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes)
              throws IOException {
            Files.delete(file);
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult postVisitDirectory(Path dir, @Nullable IOException e)
              throws IOException {
            Files.delete(dir);
            return FileVisitResult.CONTINUE;
          }
        });
  }
}
