package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The seconds since this node was started: a clock that shells can read, too. */
final class Uptime {
  private static final Path FILE = Path.of("/proc/uptime");

  private Uptime() {}

  static double now() {
    try {
      return Double.parseDouble(Files.readString(FILE).split(" ", 2)[0]);
    } catch (IOException e) {
      throw new IllegalStateException("a Linux has " + FILE, e);
    }
  }
}
