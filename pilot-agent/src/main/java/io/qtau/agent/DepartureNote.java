package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A line in the pilot's directory, for whoever finds the process gone: it has left by itself. */
final class DepartureNote {
  private static final Logger LOG = LoggerFactory.getLogger(DepartureNote.class);

  private DepartureNote() {}

  static void leave(Path directory, String agent, String reason) {
    Path note = directory.resolve(agent + ".left");
    try {
      Files.writeString(note, reason + "\n");
    } catch (IOException e) {
      LOG.warn("{} cannot be written: {}", note, e.getMessage());
    }
  }
}
