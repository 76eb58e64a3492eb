package io.qtau.protocol;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the process of a Python task must be.
 *
 * @param env its environment; null = the agent's {@code python3}
 * @param path extra entries of {@code sys.path}
 * @param isolation what it shares with other tasks
 * @param preload modules that are imported before the task begins
 */
public record PythonRuntime(
    @Nullable PythonEnvironment env, List<String> path, Isolation isolation, List<String> preload) {
  /** A warm worker of the agent's {@code python3}. */
  public static final PythonRuntime WARM =
      new PythonRuntime(null, List.of(), Isolation.WARM, List.of());

  public PythonRuntime {
    for (String module : preload) {
      if (!module.matches("[^:/\\s]+")) {
        throw new InvalidField("python.preload", "'" + module + "' is not a module's name");
      }
    }
    path = List.copyOf(path);
    preload = List.copyOf(preload);
  }

  /** The same in another isolation. */
  public PythonRuntime with(Isolation other) {
    return new PythonRuntime(env, path, other, preload);
  }
}
