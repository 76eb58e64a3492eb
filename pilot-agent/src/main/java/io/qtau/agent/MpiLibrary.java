package io.qtau.agent;

import io.qtau.protocol.MpiPlugin;
import java.util.List;
import java.util.Optional;

/** An implementation of MPI that QTau can launch. */
enum MpiLibrary {
  OPEN_MPI("Open MPI", MpiPlugin.PMIX),
  /** And what has its binary interface: its descendants are called so, too. */
  MPICH("MPICH", MpiPlugin.PMI2);

  private final String word;
  private final MpiPlugin plugin;

  MpiLibrary(String word, MpiPlugin plugin) {
    this.word = word;
    this.plugin = plugin;
  }

  private List<String> files() {
    return switch (this) {
      case OPEN_MPI -> List.of("libmpi.so.40", "libmpi.so.20");
      case MPICH -> List.of("libmpich.so.12", "libmpi.so.12", "libmpich.so");
    };
  }

  String word() {
    return word;
  }

  /** How its ranks find each other under {@code srun}. */
  MpiPlugin plugin() {
    return plugin;
  }

  /** Its library's usual name. */
  String file() {
    return files().get(0);
  }

  /**
   * That of a program, by the libraries that it is linked with.
   *
   * @param libraries the names of their files
   */
  static Optional<MpiLibrary> among(List<String> libraries) {
    for (MpiLibrary one : values()) {
      if (libraries.stream().anyMatch(one.files()::contains)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** That whose name a text begins with, as {@code MPI_Get_library_version} has it. */
  static Optional<MpiLibrary> named(String version) {
    for (MpiLibrary one : values()) {
      if (version.startsWith(one.word)) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /** The one whose ranks find each other so. */
  static MpiLibrary of(MpiPlugin plugin) {
    return plugin == MpiPlugin.PMIX ? OPEN_MPI : MPICH;
  }
}
