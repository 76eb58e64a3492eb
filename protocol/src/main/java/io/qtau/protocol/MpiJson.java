package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The block {@code mpi} of a task: either {@code argv}, where {@code env} are variables as of
 * {@code exec}, or {@code script} with {@code args}, where {@code env} is an environment as of
 * {@code python}.
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record MpiJson(
    @Nullable Integer ranks,
    @JsonProperty("ranks_per_node") @Nullable Integer ranksPerNode,
    @JsonProperty("cores_per_rank") @Nullable Integer coresPerRank,
    @JsonProperty("gpus_per_rank") @Nullable Integer gpusPerRank,
    @Nullable String launcher,
    @Nullable String mpi,
    @Nullable List<String> argv,
    @Nullable String script,
    @Nullable List<String> args,
    @Nullable JsonNode env,
    @Nullable String cwd) {
  private static final String PYTHON_ENV = "python.env";
  private static final String ENV = "mpi.env";

  static MpiJson of(Payload.Mpi task) {
    MpiLayout layout = task.layout();
    MpiProgram.Binary binary = task.program() instanceof MpiProgram.Binary b ? b : null;
    MpiProgram.Script script = task.program() instanceof MpiProgram.Script s ? s : null;
    return new MpiJson(
        layout.ranks(),
        layout.ranksPerNode() == layout.ranks() ? null : layout.ranksPerNode(),
        layout.coresPerRank() == 1 ? null : layout.coresPerRank(),
        layout.gpusPerRank() == 0 ? null : layout.gpusPerRank(),
        task.launcher() == MpiLauncher.AUTO ? null : task.launcher().word(),
        task.plugin() == null ? null : task.plugin().word(),
        binary == null ? null : binary.argv(),
        script == null ? null : script.script(),
        script == null || script.args().isEmpty() ? null : script.args(),
        binary == null ? script == null ? null : PythonJson.env(script.env()) : env(binary.env()),
        task.cwd());
  }

  private static @Nullable JsonNode env(Map<String, String> variables) {
    return variables.isEmpty() ? null : Json.MAPPER.valueToTree(variables);
  }

  Payload.Mpi toPayload() {
    if (ranks == null) {
      throw new InvalidField("mpi.ranks", "is missing");
    }
    return new Payload.Mpi(
        new MpiLayout(
            ranks,
            ranksPerNode == null ? ranks : ranksPerNode,
            coresPerRank == null ? 1 : coresPerRank,
            gpusPerRank == null ? 0 : gpusPerRank),
        program(),
        cwd,
        launcher == null ? MpiLauncher.AUTO : MpiLauncher.of(launcher),
        mpi == null ? null : MpiPlugin.of(mpi));
  }

  private MpiProgram program() {
    if ((argv == null) == (script == null)) {
      throw new InvalidField("mpi", "needs either 'argv' or 'script'");
    }
    if (argv != null) {
      if (args != null) {
        throw new InvalidField("mpi.args", "belongs to 'script': 'argv' has its arguments itself");
      }
      return new MpiProgram.Binary(argv, env == null ? Map.of() : variables(env));
    }
    return new MpiProgram.Script(
        String.valueOf(script),
        args == null ? List.of() : args,
        env == null ? null : environment(env));
  }

  private static Map<String, String> variables(JsonNode env) {
    if (!env.isObject()) {
      throw new InvalidField(ENV, "of 'argv' must be an object of variables");
    }
    Map<String, String> variables = new LinkedHashMap<>();
    env.properties()
        .forEach(
            one -> {
              if (!one.getValue().isTextual()) {
                throw new InvalidField(ENV + "." + one.getKey(), "must be a text");
              }
              variables.put(one.getKey(), one.getValue().textValue());
            });
    return variables;
  }

  /** The reader of the other block names its fields by that. */
  private static PythonEnvironment environment(JsonNode env) {
    try {
      return PythonJson.environment(env);
    } catch (InvalidField e) {
      String reason = String.valueOf(e.getMessage()).substring(e.path().length() + 2);
      throw new InvalidField(e.path().replace(PYTHON_ENV, ENV), reason);
    }
  }
}
