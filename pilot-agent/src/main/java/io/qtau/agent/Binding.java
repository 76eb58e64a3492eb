package io.qtau.agent;

import java.io.File;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Binds programs to processors: {@code taskset} sets its own affinity and becomes the program, with
 * the same process id. Java itself cannot.
 */
final class Binding {
  static final String PROGRAM = "taskset";

  private Binding() {}

  /**
   * @param cpus empty = it is not bound
   */
  static List<String> argv(List<Integer> cpus, List<String> argv) {
    if (cpus.isEmpty()) {
      return argv;
    }
    List<String> bound = new ArrayList<>(List.of(PROGRAM, "-c", CpuList.text(cpus)));
    bound.addAll(argv);
    return bound;
  }

  /** Whether the program can be found at all: nobody says so later, when it is bound. */
  static boolean canStart(String program, @Nullable File directory, Map<String, String> env) {
    if (program.indexOf('/') < 0) {
      return Programs.isThere(program, env);
    }
    Path path = directory == null ? Path.of(program) : directory.toPath().resolve(program);
    return path.toFile().exists();
  }
}
