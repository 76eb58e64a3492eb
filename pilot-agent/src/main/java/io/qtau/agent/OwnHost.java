package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** This host, by the name that it calls itself, whether or not others know it by that. */
final class OwnHost {
  private static final Path NAME = Path.of("/proc/sys/kernel/hostname");

  private OwnHost() {}

  static String name() {
    try {
      return Files.readString(NAME).strip();
    } catch (IOException e) {
      return "localhost";
    }
  }
}
