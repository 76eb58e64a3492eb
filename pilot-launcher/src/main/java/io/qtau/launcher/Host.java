package io.qtau.launcher;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;

/**
 * A machine where commands run and files lie: this one, or one behind SSH. Paths are absolute, or
 * relative to the home of the account there. Arguments and contents are data: none of them passes
 * through the text of a shell.
 */
interface Host extends AutoCloseable {
  /** For {@link #remove}. */
  Duration TO_REMOVE = Duration.ofSeconds(60);

  /** For {@link #remove}: a directory, and names in it. */
  String REMOVE =
      "cd -- \"$1\" 2>/dev/null || exit 0; d=$1; shift; rm -rf -- \"$@\" && cd / && "
          + "{ rmdir -- \"$d\" 2>/dev/null || :; }";

  /**
   * A command that has ended.
   *
   * @param out the first megabyte of its standard output, as UTF-8
   * @param err the same of its standard error
   */
  record Ended(int code, String out, String err) {}

  /**
   * Runs a command with an empty standard input, and waits for its end.
   *
   * @param argv the program, found by its path or by the account's PATH, and its arguments
   * @throws IOException when the host cannot be reached, or the command has not ended in time; it
   *     is ended then. A program that is not there ends with 127.
   */
  Ended run(List<String> argv, Duration patience) throws IOException, InterruptedException;

  /**
   * Writes a file as a whole or not at all, and its directories (0700) where they are missing.
   *
   * @param mode its permissions, such as 0600
   */
  void write(String path, byte[] content, int mode) throws IOException;

  /**
   * Makes a directory (0700 where it is missing) hold these files, each with mode 0600. On return
   * all are there, whole.
   *
   * @param old names in it that are removed first, with all that is below them
   * @param files by their names
   */
  void fill(String directory, List<String> old, SortedMap<String, byte[]> files)
      throws IOException, InterruptedException;

  /**
   * Removes what has these names from a directory, and the directory itself when nothing else is in
   * it. None is no error.
   */
  default void remove(String directory, List<String> names)
      throws IOException, InterruptedException {
    List<String> argv = new ArrayList<>(List.of("/bin/sh", "-c", REMOVE, "sh", directory));
    argv.addAll(names);
    Ended ended = run(argv, TO_REMOVE);
    if (ended.code() != 0) {
      throw new IOException(shown(directory) + ": " + Scheduler.words(ended));
    }
  }

  /** A path of it as people read it, with its name where it is another machine. */
  String shown(String path);

  /**
   * The last bytes of a file.
   *
   * @param most how many at most
   * @throws java.nio.file.NoSuchFileException when there is none
   */
  byte[] tail(String path, int most) throws IOException;

  /** Ends what connects us to it. Idempotent. */
  @Override
  void close();
}
