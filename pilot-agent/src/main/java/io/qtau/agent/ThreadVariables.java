package io.qtau.agent;

import java.util.List;
import java.util.Map;

/**
 * Tells numerical libraries how many threads to use. They read these when they are loaded: set
 * later, they do nothing.
 */
final class ThreadVariables {
  private static final List<String> NAMES =
      List.of(
          "OMP_NUM_THREADS",
          "OPENBLAS_NUM_THREADS",
          "MKL_NUM_THREADS",
          "NUMEXPR_NUM_THREADS",
          "NUMBA_NUM_THREADS",
          "VECLIB_MAXIMUM_THREADS");

  private ThreadVariables() {}

  static void put(Map<String, String> environment, int milliCores) {
    String threads = Integer.toString(Math.max(1, milliCores / 1000));
    NAMES.forEach(name -> environment.put(name, threads));
  }
}
