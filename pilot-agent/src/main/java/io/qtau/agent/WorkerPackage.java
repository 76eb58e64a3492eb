package io.qtau.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** The Python package of the workers, unpacked where only this user can read it. */
final class WorkerPackage implements AutoCloseable {
  static final List<String> FILES =
      List.of(
          "__init__.py",
          "worker/__init__.py",
          "worker/__main__.py",
          "worker/arrays.py",
          "worker/capture.py",
          "worker/culprit.py",
          "worker/failure.py",
          "worker/frames.py",
          "worker/hangup.py",
          "worker/items.py",
          "worker/mark.py",
          "worker/paths.py",
          "worker/payload.py",
          "worker/pickles.py",
          "worker/plain.py",
          "worker/preload.py",
          "worker/primitives.py",
          "worker/qpy.py",
          "worker/randomness.py",
          "worker/serve.py",
          "worker/signals.py",
          "worker/spill.py",
          "worker/stuck.py",
          "worker/surroundings.py",
          "worker/sweep.py",
          "worker/task.py",
          "worker/usage.py",
          "worker/values.py",
          "worker/workdir.py",
          "worker/zygote.py");

  private final String life;
  private @Nullable Path directory;

  /**
   * @param life of the agent; see {@link Sweeper}
   */
  WorkerPackage(String life) {
    this.life = life;
  }

  /** The directory that holds it, and the sockets; made at the first call. */
  synchronized Path directory() throws IOException {
    Path known = directory;
    if (known != null) {
      return known;
    }
    Path made = Files.createTempDirectory(Sweeper.temporary(life));
    for (String name : FILES) {
      Path target = made.resolve("qtau").resolve(name);
      Files.createDirectories(target.getParent());
      try (InputStream in = WorkerPackage.class.getResourceAsStream("python/qtau/" + name)) {
        Files.copy(Objects.requireNonNull(in, name), target);
      }
    }
    directory = made;
    return made;
  }

  @Override
  public synchronized void close() {
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
            Files.deleteIfExists(file);
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
