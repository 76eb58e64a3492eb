package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.OptionalLong;

/** Files below {@code /proc} whose lines are {@code Name: 123 kB}. */
final class KernelFile {
  private KernelFile() {}

  /** A figure in KiB; empty = the file is gone, or does not tell it. */
  static OptionalLong kib(Path file, String name) {
    try {
      for (String line : Files.readAllLines(file)) {
        if (line.startsWith(name + ":")) {
          String figure = line.substring(name.length() + 1).replace("kB", "").strip();
          return OptionalLong.of(Long.parseLong(figure));
        }
      }
    } catch (IOException | NumberFormatException e) {
      return OptionalLong.empty();
    }
    return OptionalLong.empty();
  }

  /** How much memory this host has, in MiB; empty = the kernel does not tell. */
  static OptionalLong memoryMb() {
    OptionalLong kib = kib(Path.of("/proc/meminfo"), "MemTotal");
    return kib.isEmpty() ? kib : OptionalLong.of(kib.getAsLong() / 1024);
  }
}
