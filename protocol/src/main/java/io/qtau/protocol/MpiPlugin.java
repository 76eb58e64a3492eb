package io.qtau.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** How the ranks find each other under {@code srun}. */
public enum MpiPlugin {
  /** Open MPI's way. */
  PMIX,
  /** MPICH's way. */
  PMI2;

  private static final List<String> WORDS = Arrays.stream(values()).map(MpiPlugin::word).toList();

  /** How JSON says it, and {@code srun --mpi}. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static MpiPlugin of(String word) {
    int known = WORDS.indexOf(word);
    if (known < 0) {
      throw new InvalidField("mpi.mpi", "'" + word + "' is not known" + Nearest.hint(word, WORDS));
    }
    return values()[known];
  }
}
