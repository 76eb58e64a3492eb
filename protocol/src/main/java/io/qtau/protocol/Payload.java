package io.qtau.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a task does: one of the built-in kinds, or a {@link Custom} one that an agent may know. */
public sealed interface Payload {
  /** The word for it in {@code kind}; also the name of its block. */
  String kind();

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
   * @param env conda or venv, by path or name; null = the agent's {@code python3}
   * @param path extra entries of {@code sys.path}
   */
  record Python(
      @Nullable String call,
      JsonNode args,
      JsonNode kwargs,
      @Nullable String pickle,
      @Nullable String env,
      List<String> path)
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
      path = List.copyOf(path);
    }

    /** A call without arguments. */
    public static Python call(String call) {
      return new Python(
          call, NullNode.getInstance(), NullNode.getInstance(), null, null, List.of());
    }

    @Override
    public String kind() {
      return "python";
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
