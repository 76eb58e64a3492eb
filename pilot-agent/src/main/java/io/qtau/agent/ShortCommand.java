package io.qtau.agent;

import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A command that answers a question about this host. */
final class ShortCommand {
  private static final long MOST_SECONDS = 60;
  private static final int TOLD = 16 << 10;

  /** What it said, on both of its streams. */
  record Answer(int code, String text) {}

  private ShortCommand() {}

  /**
   * Runs it to its end.
   *
   * @throws IOException when it does not start, or does not end
   */
  static Answer ask(List<String> command, Map<String, String> environment)
      throws IOException, InterruptedException {
    Path said = Files.createTempFile("qtau-answer", null);
    try {
      ProcessBuilder builder = new ProcessBuilder(command);
      builder.environment().clear();
      builder.environment().putAll(environment);
      builder.redirectInput(new File("/dev/null"));
      builder.redirectErrorStream(true).redirectOutput(said.toFile());
      Process process = builder.start();
      if (!process.waitFor(MOST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new IOException(command.get(0) + " did not end within " + MOST_SECONDS + " s");
      }
      byte[] text = Files.readAllBytes(said);
      return new Answer(
          process.exitValue(),
          new String(text, 0, Math.min(TOLD, text.length), StandardCharsets.UTF_8));
    } finally {
      Files.deleteIfExists(said);
    }
  }
}
