package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Finds the Python of an environment. */
final class Interpreter {
  /** That of a system, below /usr, often has the longer name only. */
  private static final List<String> NAMES = List.of("python", "python3");

  private Interpreter() {}

  /**
   * The interpreter of a conda or venv environment.
   *
   * @param environment its path or, of a conda environment, its name; null = {@code python3}
   * @throws IOException when there is none; the message says where it was looked for
   */
  static String of(@Nullable String environment, Map<String, String> variables) throws IOException {
    if (environment == null) {
      return "python3";
    }
    List<Path> places = places(environment, variables);
    for (Path place : places) {
      for (String name : NAMES) {
        Path python = place.resolve("bin").resolve(name);
        if (Files.isExecutable(python)) {
          return python.toString();
        }
      }
    }
    throw new IOException(
        "there is no Python environment '" + environment + "'; looked for bin/python in " + places);
  }

  private static List<Path> places(String environment, Map<String, String> variables) {
    return environment.indexOf('/') >= 0
        ? List.of(Path.of(environment))
        : CondaEnvironments.places(environment, variables);
  }
}
