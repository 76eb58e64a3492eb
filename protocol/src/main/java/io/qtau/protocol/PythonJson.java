package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The block {@code python} of a task. */
@JsonInclude(JsonInclude.Include.NON_NULL)
record PythonJson(
    @Nullable String call,
    @Nullable JsonNode args,
    @Nullable JsonNode kwargs,
    @Nullable String pickle,
    @JsonProperty("pickled_by") @Nullable Map<String, String> pickledBy,
    @Nullable JsonNode env,
    @Nullable List<String> path,
    @Nullable String isolation,
    @Nullable List<String> preload,
    @Nullable String returns) {
  private static final List<String> RETURNS = List.of("json", "pickle");
  private static final List<String> ENV_FIELDS = List.of("requirements", "wheels", "python");

  static PythonJson of(Payload.Python task) {
    PythonRuntime runtime = task.runtime();
    return new PythonJson(
        task.call(),
        task.args().isNull() ? null : task.args(),
        task.kwargs().isNull() ? null : task.kwargs(),
        task.pickle(),
        task.pickledBy().isEmpty() ? null : task.pickledBy(),
        env(runtime.env()),
        runtime.path().isEmpty() ? null : runtime.path(),
        runtime.isolation() == Isolation.WARM ? null : runtime.isolation().word(),
        runtime.preload().isEmpty() ? null : runtime.preload(),
        task.returnsPickle() ? "pickle" : null);
  }

  /**
   * @param sweep the task's field of that name; null = none
   */
  Payload.Python toPayload(@Nullable JsonNode sweep) {
    return new Payload.Python(
        call,
        args == null ? NullNode.getInstance() : args,
        kwargs == null ? NullNode.getInstance() : kwargs,
        pickle,
        pickledBy == null ? Map.of() : pickledBy,
        sweep == null ? NullNode.getInstance() : sweep,
        returnsPickle(returns),
        new PythonRuntime(
            env == null ? null : environment(env),
            path == null ? List.of() : path,
            isolation == null ? Isolation.WARM : Isolation.of(isolation),
            preload == null ? List.of() : preload));
  }

  private static boolean returnsPickle(@Nullable String returns) {
    if (returns != null && !RETURNS.contains(returns)) {
      throw new InvalidField(
          "python.returns", "'" + returns + "' is not known" + Nearest.hint(returns, RETURNS));
    }
    return "pickle".equals(returns);
  }

  static @Nullable JsonNode env(@Nullable PythonEnvironment env) {
    if (env instanceof PythonEnvironment.Requirements wanted) {
      ObjectNode node = Json.MAPPER.createObjectNode();
      wanted.requirements().forEach(node.putArray("requirements")::add);
      putIfKnown(node, "wheels", wanted.wheels());
      putIfKnown(node, "python", wanted.python());
      return node;
    }
    return env instanceof PythonEnvironment.Existing existing
        ? TextNode.valueOf(existing.place())
        : null;
  }

  private static void putIfKnown(ObjectNode node, String field, @Nullable String value) {
    if (value != null) {
      node.put(field, value);
    }
  }

  static PythonEnvironment environment(JsonNode env) {
    if (env.isTextual()) {
      return new PythonEnvironment.Existing(env.textValue());
    }
    if (!env.isObject()) {
      throw new InvalidField("python.env", "must be a text, or an object with 'requirements'");
    }
    env.fieldNames()
        .forEachRemaining(
            field -> {
              if (!ENV_FIELDS.contains(field)) {
                throw new InvalidField(
                    "python.env." + field, "is not a field here" + Nearest.hint(field, ENV_FIELDS));
              }
            });
    return new PythonEnvironment.Requirements(
        requirements(env.path("requirements")), text(env, "wheels"), text(env, "python"));
  }

  private static List<String> requirements(JsonNode node) {
    if (!node.isArray()) {
      throw new InvalidField("python.env.requirements", "must be an array of texts");
    }
    List<String> requirements = new ArrayList<>();
    for (JsonNode requirement : node) {
      if (!requirement.isTextual()) {
        throw new InvalidField("python.env.requirements", "must be an array of texts");
      }
      requirements.add(requirement.textValue());
    }
    return requirements;
  }

  private static @Nullable String text(JsonNode env, String field) {
    JsonNode value = env.path(field);
    if (value.isMissingNode() || value.isNull()) {
      return null;
    }
    if (!value.isTextual() || value.textValue().isEmpty()) {
      throw new InvalidField("python.env." + field, "must be a text");
    }
    return value.textValue();
  }
}
