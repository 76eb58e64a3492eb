package io.qtau.protocol;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What each rank of an MPI program runs. */
public sealed interface MpiProgram {
  /**
   * A program.
   *
   * @param argv the program and its arguments; no shell reads them
   * @param env variables on top of the agent's own
   */
  record Binary(List<String> argv, Map<String, String> env) implements MpiProgram {
    public Binary {
      if (argv.isEmpty() || argv.get(0).isEmpty()) {
        throw new InvalidField("mpi.argv", "needs at least the program's name");
      }
      Processes.noNul("mpi.argv", argv);
      Processes.checkEnvironment("mpi.env", env);
      argv = List.copyOf(argv);
      env = Map.copyOf(env);
    }
  }

  /**
   * A Python script.
   *
   * @param script its path on the nodes
   * @param args its arguments
   * @param env its environment; null = the agent's {@code python3}
   */
  record Script(String script, List<String> args, @Nullable PythonEnvironment env)
      implements MpiProgram {
    public Script {
      if (script.isEmpty()) {
        throw new InvalidField("mpi.script", "needs the path of a file");
      }
      Processes.noNul("mpi.script", List.of(script));
      Processes.noNul("mpi.args", args);
      args = List.copyOf(args);
    }
  }
}
