package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Where conda environments are, by their names: in the same places as {@code node.sh} looks. */
final class CondaEnvironments {
  private static final List<String> HOMES =
      List.of(".conda", "miniconda3", "miniforge3", "anaconda3");

  private CondaEnvironments() {}

  /** The places in which one of that name may be, the first first. */
  static List<Path> places(String name, Map<String, String> variables) {
    List<Path> directories = new ArrayList<>();
    for (String directory : variables.getOrDefault("CONDA_ENVS_PATH", "").split(":", -1)) {
      if (!directory.isEmpty()) {
        directories.add(Path.of(directory));
      }
    }
    String active = variables.get("CONDA_PREFIX");
    if (active != null && !active.isEmpty()) {
      directories.add(Path.of(active).resolve("..").normalize());
      directories.add(Path.of(active, "envs"));
    }
    String program = variables.get("CONDA_EXE");
    if (program != null && !program.isEmpty()) {
      directories.add(Path.of(program).resolve("../../envs").normalize());
    }
    Path home = Path.of(variables.getOrDefault("HOME", "/"));
    HOMES.forEach(base -> directories.add(home.resolve(base).resolve("envs")));
    List<Path> places = new ArrayList<>();
    directories.forEach(directory -> places.add(directory.resolve(name)));
    places.addAll(listed(home.resolve(".conda/environments.txt"), name));
    return places;
  }

  /** Of conda's own list, which has those that were made at a path, too. */
  private static List<Path> listed(Path list, String name) {
    try {
      return Files.readAllLines(list).stream()
          .filter(line -> line.endsWith("/" + name))
          .map(Path::of)
          .toList();
    } catch (IOException none) {
      return List.of();
    }
  }
}
