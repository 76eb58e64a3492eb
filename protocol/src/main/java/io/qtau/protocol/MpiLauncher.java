package io.qtau.protocol;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/** What starts the ranks of an MPI program. */
public enum MpiLauncher {
  /** {@code srun} over several nodes of a Slurm allocation, else {@code mpirun}. */
  AUTO,
  SRUN,
  /** That of the MPI which the program is linked with. */
  MPIRUN;

  private static final List<String> WORDS = Arrays.stream(values()).map(MpiLauncher::word).toList();

  /** How JSON says it. */
  public String word() {
    return name().toLowerCase(Locale.ROOT);
  }

  static MpiLauncher of(String word) {
    int known = WORDS.indexOf(word);
    if (known < 0) {
      throw new InvalidField(
          "mpi.launcher", "'" + word + "' is not known" + Nearest.hint(word, WORDS));
    }
    return values()[known];
  }
}
