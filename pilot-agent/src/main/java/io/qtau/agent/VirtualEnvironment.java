package io.qtau.agent;

import io.qtau.protocol.PythonEnvironment;
import io.qtau.protocol.TaskError;
import java.io.File;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A virtual environment that pip fills, once for each hash of what is wanted and of the Python that
 * it is made with. Its directory is complete when it holds {@code qtau-complete}; one agent at a
 * time works on it.
 */
final class VirtualEnvironment {
  private static final Object ONE_OF_THIS_PROCESS = new Object();
  private static final int MOST_MINUTES = 30;
  private static final int TOLD_CHARACTERS = 2000;
  private static final String IDENTITY =
      "import sys; print(sys.executable, sys.version.replace(chr(10), ' '))";

  private final Path root;
  private final PythonEnvironment.Requirements wanted;
  private final ProcessTree tree;

  VirtualEnvironment(Path root, PythonEnvironment.Requirements wanted, ProcessTree tree) {
    this.root = root;
    this.wanted = wanted;
    this.tree = tree;
  }

  /**
   * Its interpreter; made when it is not there yet, which may take minutes.
   *
   * @throws WorkerRefused when it cannot be made: pip's last words
   */
  String interpreter() throws IOException, InterruptedException {
    Files.createDirectories(root);
    Path log = Files.createTempFile(root, "making", ".log");
    try {
      String hash = hash(identity(log));
      Path place = root.resolve(hash);
      synchronized (ONE_OF_THIS_PROCESS) { // A file's lock is one of the whole process.
        try (FileChannel channel =
                FileChannel.open(
                    root.resolve(hash + ".lock"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.WRITE);
            FileLock lock = channel.lock()) {
          if (!Files.exists(place.resolve("qtau-complete"))) {
            make(place, log);
          }
        }
      }
      return place.resolve("bin/python").toString();
    } finally {
      Files.deleteIfExists(log);
    }
  }

  private String python() {
    return wanted.python() == null ? "python3" : wanted.python();
  }

  private String identity(Path log) throws IOException, InterruptedException {
    run(List.of(python(), "-c", IDENTITY), log);
    return Files.readString(log);
  }

  private String hash(String identity) {
    String text =
        identity + "\0" + wanted.wheels() + "\0" + String.join("\0", wanted.requirements());
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest, 0, 12);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }

  private void make(Path place, Path log) throws IOException, InterruptedException {
    Path requirements = root.resolve(place.getFileName() + ".txt");
    Files.write(requirements, wanted.requirements());
    run(List.of(python(), "-m", "venv", "--clear", place.toString()), log);
    List<String> pip =
        new ArrayList<>(
            List.of(
                place.resolve("bin/python").toString(),
                "-m",
                "pip",
                "install",
                "--quiet",
                "--no-input",
                "--disable-pip-version-check"));
    if (wanted.wheels() != null) {
      pip.addAll(List.of("--no-index", "--find-links", wanted.wheels()));
    }
    pip.addAll(List.of("-r", requirements.toString()));
    run(pip, log);
    Files.createFile(place.resolve("qtau-complete"));
  }

  private void run(List<String> command, Path log) throws IOException, InterruptedException {
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put(ProcessTree.MARK, tree.newMark());
    builder.redirectInput(new File("/dev/null"));
    builder.redirectErrorStream(true);
    builder.redirectOutput(log.toFile());
    Process process = start(builder);
    if (!process.waitFor(MOST_MINUTES, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw refused(command, "it was ended after " + MOST_MINUTES + " min", log);
    }
    if (process.exitValue() != 0) {
      throw refused(command, "exit code " + process.exitValue(), log);
    }
  }

  private Process start(ProcessBuilder builder) throws IOException {
    try {
      return builder.start();
    } catch (IOException e) {
      throw new WorkerRefused(
          new TaskError("EnvironmentFailed", "the interpreter " + python() + " cannot be started"));
    }
  }

  private static WorkerRefused refused(List<String> command, String how, Path log)
      throws IOException {
    String said = Files.readString(log).strip();
    String end = said.substring(Math.max(0, said.length() - TOLD_CHARACTERS));
    return new WorkerRefused(
        new TaskError(
            "EnvironmentFailed", String.join(" ", command) + ": " + how + "; it said: " + end));
  }
}
