package io.qtau.agent;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/** Finds programs by their names, as the kernel's callers do. */
final class Programs {
  private static final String USUAL = "/usr/local/bin:/usr/bin:/bin";

  private Programs() {}

  static boolean isThere(String name, Map<String, String> environment) {
    return find(name, environment).isPresent();
  }

  /** The first one of this name on the path. */
  static Optional<Path> find(String name, Map<String, String> environment) {
    for (String directory : environment.getOrDefault("PATH", USUAL).split(":", -1)) {
      Path program = Path.of(directory.isEmpty() ? "." : directory, name);
      if (Files.isExecutable(program) && Files.isRegularFile(program)) {
        return Optional.of(program);
      }
    }
    return Optional.empty();
  }
}
