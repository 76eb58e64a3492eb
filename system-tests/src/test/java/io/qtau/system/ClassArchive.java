package io.qtau.system;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The classes of commands, archived as the start script archives them, once for all tests of a
 * build: commands, brokers and agents start in half the time.
 */
final class ClassArchive {
  private static final Path TARGET = Path.of("target").toAbsolutePath();

  private static List<String> options;

  private ClassArchive() {}

  /** What a JVM needs to start from it. */
  static synchronized List<String> options() throws IOException {
    if (options == null) {
      Path archive = obtain();
      options =
          Files.exists(archive)
              ? List.of(
                  "-XX:SharedArchiveFile=" + archive,
                  "-Xshare:auto",
                  "-Xlog:disable",
                  "-Xlog:all=off",
                  "-Dqtau.cds=" + archive)
              : List.of();
    }
    return options;
  }

  /** A JVM takes it for the very jars only that it was made from. */
  private static Path obtain() throws IOException {
    String jars = Integer.toHexString(stamp().hashCode());
    Path archive = TARGET.resolve("commands-" + jars + ".jsa");
    try (FileChannel file =
            FileChannel.open(
                TARGET.resolve("commands.lock"),
                StandardOpenOption.CREATE,
                StandardOpenOption.WRITE);
        FileLock unused = file.lock()) {
      if (!Files.exists(archive)) {
        make(archive);
      }
    }
    return archive;
  }

  private static String stamp() throws IOException {
    StringBuilder stamp = new StringBuilder();
    for (String jar : Commands.classPath().split(":", -1)) {
      stamp.append(jar).append(Files.getLastModifiedTime(Path.of(jar)).toMillis());
    }
    return stamp.toString();
  }

  private static void make(Path archive) throws IOException {
    Path fresh = archive.resolveSibling(archive.getFileName() + ".new");
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:ArchiveClassesAtExit=" + fresh,
            "-Xlog:disable",
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1"));
    command.addAll(List.of("-cp", Commands.classPath(), Commands.MAIN, "warm-up"));
    Process process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .start();
    try {
      process.getOutputStream().close();
      if (process.waitFor(2, TimeUnit.MINUTES) && Files.exists(fresh)) {
        Files.move(fresh, archive, StandardCopyOption.ATOMIC_MOVE);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      process.destroyForcibly();
    }
  }
}
