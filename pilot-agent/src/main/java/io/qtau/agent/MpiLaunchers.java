package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Finds the program that launches ranks of an MPI. The names that only one MPI has go first; behind
 * the common ones may be either's, or another's.
 */
final class MpiLaunchers {
  private static final Map<MpiLibrary, List<String>> OWN =
      Map.of(
          MpiLibrary.OPEN_MPI, List.of("mpirun.openmpi", "mpiexec.openmpi", "orterun"),
          MpiLibrary.MPICH, List.of("mpiexec.mpich", "mpirun.mpich", "mpiexec.hydra"));

  private static final List<String> COMMON = List.of("mpirun", "mpiexec");

  /** How each calls itself. */
  private static final Map<MpiLibrary, String> WORDS =
      Map.of(MpiLibrary.OPEN_MPI, "open mpi", MpiLibrary.MPICH, "hydra");

  private final Map<String, String> environment;
  private final Map<Path, String> versions = new ConcurrentHashMap<>();

  MpiLaunchers(Map<String, String> environment) {
    this.environment = Map.copyOf(environment);
  }

  /** Empty = there is none. */
  Optional<Path> of(MpiLibrary library) throws InterruptedException {
    for (String name : OWN.getOrDefault(library, List.of())) {
      Optional<Path> own = Programs.find(name, environment);
      if (own.isPresent()) {
        return own;
      }
    }
    for (String name : COMMON) {
      Optional<Path> common = Programs.find(name, environment);
      if (common.isPresent() && version(common.get()).contains(word(library))) {
        return common;
      }
    }
    return Optional.empty();
  }

  private static String word(MpiLibrary library) {
    return String.valueOf(WORDS.get(library));
  }

  private String version(Path launcher) throws InterruptedException {
    String known = versions.get(launcher);
    if (known == null) {
      try {
        List<String> command = List.of(launcher.toString(), "--version");
        known = ShortCommand.ask(command, environment).text().toLowerCase(Locale.ROOT);
      } catch (IOException e) {
        known = "";
      }
      versions.put(launcher, known);
    }
    return known;
  }

  /** What was looked for, for people. */
  static String names(MpiLibrary library) {
    return String.join(", ", OWN.getOrDefault(library, List.of()))
        + ", and "
        + String.join(" or ", COMMON)
        + " of "
        + library.word();
  }
}
