package io.qtau.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.function.BiConsumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What an MPI launcher calls instead of {@code ssh}: a program that leaves the node's name and the
 * command in a file. Whoever looks there has the node's agent run it. So a launcher needs neither
 * keys nor servers on the nodes, and what it starts there has that agent's environment.
 */
final class GangShell {
  private static final Logger LOG = LoggerFactory.getLogger(GangShell.class);
  private static final String CALL = "call.";

  /** Its first argument is the node; a file has its name when it is whole. */
  private static final String SCRIPT =
      """
      #!/bin/sh
      set -eu
      umask 077
      dir=${0%/*}
      node=$1
      shift
      printf '%s\\n%s' "$node" "$*" >"$dir/new.$$"
      mv "$dir/new.$$" "$dir/call.$$"
      """;

  private final Path directory;
  private final BiConsumer<String, String> calls;
  private int count;

  private GangShell(Path directory, BiConsumer<String, String> calls) {
    this.directory = directory;
    this.calls = calls;
  }

  /**
   * @param prefix of the directory's name
   * @param calls hears of nodes and commands, when somebody looks
   */
  static GangShell open(String prefix, BiConsumer<String, String> calls) throws IOException {
    GangShell shell = new GangShell(Files.createTempDirectory(prefix), calls);
    Files.writeString(shell.program(), SCRIPT);
    Files.setPosixFilePermissions(shell.program(), PosixFilePermissions.fromString("rwx------"));
    return shell;
  }

  Path program() {
    return directory.resolve("shell");
  }

  /** How many commands there have been. */
  int count() {
    return count;
  }

  /** Hands on what was called for since. */
  void look() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, CALL + "*")) {
      for (Path file : files) {
        String[] call = Files.readString(file).split("\n", 2);
        Files.delete(file);
        count++;
        calls.accept(call[0], call[1]);
      }
    } catch (IOException e) {
      LOG.warn("what a launcher calls for cannot be read", e);
    }
  }

  /** Removes it. */
  void close() {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory)) {
      for (Path file : files) {
        Files.delete(file);
      }
      Files.delete(directory);
    } catch (IOException e) {
      LOG.debug("{} stays", directory, e);
    }
  }
}
