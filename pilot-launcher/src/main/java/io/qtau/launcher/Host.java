package io.qtau.launcher;

import java.io.IOException;
import java.time.Duration;
import java.util.List;

/**
 * A machine where commands run and files lie: this one, or one behind SSH. Paths are absolute, or
 * relative to the home of the account there. Arguments and contents are data: none of them passes
 * through the text of a shell.
 */
interface Host extends AutoCloseable {
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
