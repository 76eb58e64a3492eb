package io.qtau.agent;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qtau.protocol.Output;
import io.qtau.protocol.TaskError;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where attempts have their directories. That is beside the pilot, but where nodes share that file
 * system: there each file costs all of them, so attempts are on the node, and only what one has
 * left goes beside the pilot ({@code docs/adr/0020}).
 *
 * @param near where they run, absolute
 * @param kept where what they leave is found; the same as {@code near} when nothing moves
 */
record WorkPlace(Path near, Path kept) {
  /** A directory of the node, or {@link #PILOT}; else the file system of the pilot decides. */
  static final String VARIABLE = "QTAU_WORK";

  private static final Logger LOG = LoggerFactory.getLogger(WorkPlace.class);
  private static final String PILOT = "pilot";
  private static final int MOST_WORDS = 2000;

  /** Their ranks read each other's files, on whichever node they are. */
  private static final String RANKS = "mpi";

  /** Of network file systems, as the kernel names them; those of user space are {@code fuse.…}. */
  private static final Set<String> SHARED =
      Set.of(
          "9p",
          "afs",
          "beegfs",
          "ceph",
          "cifs",
          "dvs",
          "gfs2",
          "gpfs",
          "lustre",
          "nfs",
          "nfs4",
          "ocfs2",
          "orangefs",
          "panfs",
          "pvfs2",
          "smb3",
          "smbfs",
          "wekafs");

  /**
   * @param pilot the pilot's directory
   * @param life of the agent; see {@link Sweeper}
   */
  static WorkPlace of(Path pilot, String life, Map<String, String> variables) throws IOException {
    String said = variables.getOrDefault(VARIABLE, "");
    Path kept = pilot.resolve("work");
    if (said.isEmpty() ? !isShared(type(pilot)) : said.equals(PILOT)) {
      return new WorkPlace(kept, kept);
    }
    Path parent = Path.of(said.isEmpty() ? System.getProperty("java.io.tmpdir") : said);
    try {
      return new WorkPlace(
          Files.createTempDirectory(parent.toAbsolutePath(), Sweeper.temporary(life)), kept);
    } catch (IOException e) {
      throw new IOException(
          parent + ", where attempts were to run (" + VARIABLE + "), cannot be used: " + e, e);
    }
  }

  /** Empty where nobody knows, as in containers that do not see where they are mounted from. */
  private static String type(Path pilot) {
    try {
      return Files.getFileStore(pilot).type();
    } catch (IOException e) {
      LOG.debug("the file system of {} is not known", pilot, e);
      return "";
    }
  }

  static boolean isShared(String type) {
    String name = type.toLowerCase(Locale.ROOT);
    return SHARED.contains(name) || name.startsWith("fuse.");
  }

  /** What is to go with the agent; null = nothing. */
  @Nullable Path temporary() {
    return near.equals(kept) ? null : near;
  }

  /** The directory of an attempt, which need not be there. */
  Path directory(Delivery delivery) {
    return of(delivery.kind().equals(RANKS) ? kept : near, delivery);
  }

  /** Where what it leaves is found. */
  Path kept(Delivery delivery) {
    return of(kept, delivery);
  }

  private static Path of(Path root, Delivery delivery) {
    return root.resolve(delivery.key().session().value())
        .resolve(delivery.key().id().value())
        .resolve(Integer.toString(delivery.attempt()));
  }

  /**
   * Moves what an attempt has left to where it is kept, and says so in its outcome. One whose files
   * cannot be kept is no success: they go with the agent.
   */
  static Outcome keep(Execution execution, Outcome outcome) {
    Path from = execution.directory();
    Path to = execution.kept();
    if (from.equals(to) || !Files.exists(from)) {
      return outcome;
    }
    try {
      for (Path left : list(from)) {
        Files.createDirectories(to);
        move(left, to.resolve(left.getFileName()));
      }
      WorkDirectory.clean(from);
      return outcome.with(moved(outcome.stdout(), to), moved(outcome.stderr(), to));
    } catch (IOException e) {
      LOG.warn("what {} has left stays in {}: {}", execution.key(), from, e.toString());
      String message = "what it has left in " + from + " cannot be kept in " + to + ": ";
      return outcome.success()
          ? outcome.with(new TaskError("OutputLost", message + e.getMessage()))
          : outcome;
    }
  }

  private static List<Path> list(Path directory) throws IOException {
    try (Stream<Path> all = Files.list(directory)) {
      return all.toList();
    }
  }

  /**
   * Trees move between file systems by {@code mv}; a link stands for the directory behind it. What
   * is there of an earlier execution with the same number stays beside it.
   */
  private static void move(Path left, Path to) throws IOException {
    Path real = left.toRealPath();
    Process mv =
        new ProcessBuilder("mv", "--backup=numbered", "-T", "--", real.toString(), to.toString())
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectErrorStream(true)
            .start();
    try {
      String words = new String(mv.getInputStream().readNBytes(MOST_WORDS), UTF_8).strip();
      mv.getInputStream().transferTo(OutputStream.nullOutputStream()); // Else it could not end.
      if (mv.waitFor() != 0) {
        throw new IOException(words);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      mv.destroyForcibly();
    }
    if (!real.equals(left)) {
      Files.deleteIfExists(left);
    }
  }

  private static Output moved(Output output, Path to) {
    return output.path() == null
        ? output
        : new Output(
            output.text(),
            output.bytes(),
            output.truncated(),
            to.resolve(Path.of(output.path()).getFileName()).toString());
  }
}
