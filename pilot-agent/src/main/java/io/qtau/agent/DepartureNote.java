package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The file {@code agents/<n>/left} in the pilot's directory, for whoever finds the process gone: it
 * has left by itself, and why.
 */
final class DepartureNote {
  private static final Logger LOG = LoggerFactory.getLogger(DepartureNote.class);

  private DepartureNote() {}

  static void leave(Path directory, int number, String reason) {
    Path note = directory.resolve("agents").resolve(Integer.toString(number)).resolve("left");
    try {
      Files.createDirectories(note.getParent());
      Files.writeString(note, reason + "\n");
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", note, e.getMessage());
    }
  }
}
