package io.qtau.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a task does: one of the built-in kinds, or a {@link Custom} one that an agent may know. */
public sealed interface Payload {
  /** The word for it in {@code kind}; also the name of its block. */
  String kind();

  /** What it occupies when nobody says otherwise. */
  default Resources usualResources() {
    return Resources.ONE_CORE;
  }

  /** Nothing: for measurements. */
  record Noop() implements Payload {
    @Override
    public String kind() {
      return "noop";
    }
  }

  /**
   * Waits, and occupies its slots meanwhile.
   *
   * @param seconds how long; not negative
   */
  record Sleep(double seconds) implements Payload {
    public Sleep {
      if (!(seconds >= 0) || Double.isInfinite(seconds)) {
        throw new InvalidField("sleep.seconds", "must be 0 or more, is " + seconds);
      }
    }

    @Override
    public String kind() {
      return "sleep";
    }
  }

  /**
   * A program.
   *
   * @param argv the program and its arguments; no shell reads them
   * @param env variables on top of the agent's own
   * @param cwd its working directory; null = a directory of its own
   * @param stdin text on its standard input; null = empty
   */
  record Exec(
      List<String> argv, Map<String, String> env, @Nullable String cwd, @Nullable String stdin)
      implements Payload {
    public Exec {
      if (argv.isEmpty() || argv.get(0).isEmpty()) {
        throw new InvalidField("exec.argv", "needs at least the program's name");
      }
      Processes.noNul("exec.argv", argv);
      Processes.checkEnvironment("exec.env", env);
      argv = List.copyOf(argv);
      env = Map.copyOf(env);
    }

    /** A program with arguments and nothing else. */
    public static Exec of(String... argv) {
      return new Exec(List.of(argv), Map.of(), null, null);
    }

    @Override
    public String kind() {
      return "exec";
    }
  }

  /**
   * A Python function: either {@code call} with JSON arguments, or {@code pickle}.
   *
   * @param call {@code package.module:function}
   * @param args positional arguments, a JSON array
   * @param kwargs keyword arguments, a JSON object
   * @param pickle base64 of a (cloud)pickled {@code (function, args, kwargs)} or callable
   * @param pickledBy what the pickle was made with: {@code python}, and packages, to their versions
   * @param sweep parameter sets, one call each; null node = one call
   * @param returnsPickle whether a pickle of the value comes beside its JSON
   * @param runtime what the process must be
   */
  record Python(
      @Nullable String call,
      JsonNode args,
      JsonNode kwargs,
      @Nullable String pickle,
      Map<String, String> pickledBy,
      JsonNode sweep,
      boolean returnsPickle,
      PythonRuntime runtime)
      implements Payload {
    public Python {
      if ((call == null) == (pickle == null)) {
        throw new InvalidField("python", "needs either 'call' or 'pickle'");
      }
      if (call != null && !call.matches("[^:\\s]+:[^:\\s]+")) {
        throw new InvalidField("python.call", "'" + call + "' is not package.module:function");
      }
      if (!args.isNull() && !args.isArray()) {
        throw new InvalidField("python.args", "must be an array");
      }
      if (!kwargs.isNull() && !kwargs.isObject()) {
        throw new InvalidField("python.kwargs", "must be an object");
      }
      if (!sweep.isNull()) {
        Sweep.check(sweep);
      }
      pickledBy = Map.copyOf(pickledBy);
    }

    /** A call in a warm worker of the agent's {@code python3}. */
    public static Python call(String call, JsonNode... args) {
      return call(call, PythonRuntime.WARM, args);
    }

    /** A call. */
    public static Python call(String call, PythonRuntime runtime, JsonNode... args) {
      JsonNode list =
          args.length == 0
              ? NullNode.getInstance()
              : JsonNodeFactory.instance.arrayNode().addAll(List.of(args));
      return new Python(
          call,
          list,
          NullNode.getInstance(),
          null,
          Map.of(),
          NullNode.getInstance(),
          false,
          runtime);
    }

    @Override
    public String kind() {
      return "python";
    }
  }

  /**
   * An MPI program: all its ranks run at once, or none does.
   *
   * @param cwd the working directory of all ranks; null = one of its own on each node
   * @param launcher what starts the ranks
   * @param plugin how they find each other; null = as the program's MPI wants it
   */
  record Mpi(
      MpiLayout layout,
      MpiProgram program,
      @Nullable String cwd,
      MpiLauncher launcher,
      @Nullable MpiPlugin plugin)
      implements Payload {
    public Mpi {
      if (cwd != null) {
        Processes.noNul("mpi.cwd", List.of(cwd));
      }
    }

    /** A program with arguments and nothing else. */
    public static Mpi of(MpiLayout layout, String... argv) {
      return new Mpi(
          layout, new MpiProgram.Binary(List.of(argv), Map.of()), null, MpiLauncher.AUTO, null);
    }

    @Override
    public String kind() {
      return "mpi";
    }

    @Override
    public Resources usualResources() {
      return layout.resources();
    }
  }

  /**
   * A kind that is not built in. It waits in a lane of its own until an agent that knows it comes.
   *
   * @param kind its word
   * @param block its block as it came
   */
  record Custom(String kind, JsonNode block) implements Payload {
    public Custom {
      Names.name("kind", kind);
    }
  }
}
