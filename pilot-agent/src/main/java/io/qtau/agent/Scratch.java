package io.qtau.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The directory that the tasks of a worker run in. It is empty when one begins; a task that leaves
 * files in it keeps it, and the place where they are looked for becomes a link to it. To make and
 * remove one for each task would take longer than most tasks of a warm worker.
 */
final class Scratch {
  private static final Logger LOG = LoggerFactory.getLogger(Scratch.class);

  private final String name;
  private @Nullable Path directory;
  private int number;

  /**
   * @param name of its worker; directories are called {@code .<name>-<number>}
   */
  Scratch(String name) {
    this.name = name;
  }

  /** The directory for a task; the worker makes it when it is not there. */
  Path of(Execution execution) {
    Path session = execution.directory().resolve("../..").normalize();
    Path known = directory;
    if (known != null && session.equals(known.getParent())) {
      return known;
    }
    close();
    Path made = session.resolve("." + name + "-" + number++);
    directory = made;
    return made;
  }

  /** The task that ran last has left files: it is theirs now. */
  void giveAway() {
    directory = null;
  }

  /** The worker died: what the task has left stays, and is found at its place. */
  void leave(Path place) {
    Path known = directory;
    if (known != null && !isEmpty(known)) {
      try {
        Files.createDirectories(place.resolve("..").normalize());
        Files.createSymbolicLink(place, known);
      } catch (IOException e) {
        LOG.warn("what a task left stays in {}: {}", known, e.toString());
      }
      directory = null;
    }
    close();
  }

  private static boolean isEmpty(Path known) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(known)) {
      return !files.iterator().hasNext();
    } catch (IOException none) {
      return true;
    }
  }

  /** Removes it. */
  void close() {
    try {
      if (directory != null) {
        Files.deleteIfExists(directory);
      }
    } catch (IOException notEmpty) {
      LOG.debug("{} stays", directory);
    }
    directory = null;
  }
}
