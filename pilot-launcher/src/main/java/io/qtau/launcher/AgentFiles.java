package io.qtau.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * What an agent leaves in its pilot's directory: its process id, and what it said.
 *
 * @param number of the agent in its pilot
 */
public record AgentFiles(Path path, int number) {
  static final String DIRECTORY = "agents";

  /** Its name relative to the pilot's directory. */
  static String name(int number) {
    return DIRECTORY + "/" + number;
  }

  static AgentFiles of(Path site, int number) {
    return new AgentFiles(site.resolve(name(number)), number);
  }

  /** Of all agents that have begun, by number. */
  static List<AgentFiles> all(Path site) throws IOException {
    Path agents = site.resolve(DIRECTORY);
    if (!Files.isDirectory(agents)) {
      return List.of();
    }
    try (Stream<Path> children = Files.list(agents)) {
      return children
          .filter(child -> child.getFileName().toString().matches("[0-9]{1,6}"))
          .map(child -> new AgentFiles(child, Integer.parseInt(child.getFileName().toString())))
          .sorted(Comparator.comparingInt(AgentFiles::number))
          .toList();
    }
  }

  public Path stdout() {
    return path.resolve("stdout");
  }

  public Path stderr() {
    return path.resolve("stderr");
  }

  /** Whether it has taken its leave; it writes that down itself. */
  boolean hasLeft() {
    return Files.exists(path.resolve("left"));
  }

  /** The process id that its script has recorded. */
  OptionalLong pid() throws IOException {
    try {
      return OptionalLong.of(Long.parseLong(Files.readString(path.resolve("pid")).strip()));
    } catch (NoSuchFileException | NumberFormatException none) {
      return OptionalLong.empty();
    }
  }
}
