package io.qtau.agent;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.protocol.Output;
import io.qtau.protocol.TaskResult;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** Keeps results below the size of a message: what is larger goes into a file beside the pilot. */
final class Spill {
  static final int MOST_BYTES = 96 << 10;
  private static final int SHORT_TEXT = 4 << 10;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path directory;
  private final String host;

  Spill(Path directory, String host) {
    this.directory = directory;
    this.host = host;
  }

  /** The same result, or one that names the file where the rest is. */
  TaskResult fit(TaskResult result) {
    byte[] encoded = TaskMessages.encode(result);
    return encoded.length <= MOST_BYTES ? result : spill(result, encoded);
  }

  private TaskResult spill(TaskResult result, byte[] encoded) {
    if (result.spilled() != null) { // Its value is in a file already: what is left is output.
      return result.spill(result.spilled(), shorten(result.stdout()), shorten(result.stderr()));
    }
    Path file =
        directory.resolve(
            result.session() + "/" + result.id() + "." + result.replay() + ".result.json");
    try {
      byte[] content = result.value() == null ? encoded : JSON.writeValueAsBytes(result.value());
      Files.createDirectories(file.getParent());
      Files.write(file, content);
      TaskResult.Spilled spilled =
          new TaskResult.Spilled(host, file.toString(), content.length, sha256(content));
      return result.spill(spilled, shorten(result.stdout()), shorten(result.stderr()));
    } catch (IOException e) {
      return Results.refused(result, "it has " + encoded.length + " bytes, and " + e.getMessage());
    }
  }

  private static Output shorten(Output output) {
    String text = output.text();
    return text.length() <= SHORT_TEXT
        ? output
        : new Output(
            text.substring(text.length() - SHORT_TEXT), output.bytes(), true, output.path());
  }

  private static String sha256(byte[] content) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(content));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java has SHA-256", e);
    }
  }
}
