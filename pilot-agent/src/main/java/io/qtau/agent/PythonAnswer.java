package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.protocol.Output;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.Usage;
import org.jspecify.annotations.Nullable;

/** What a worker says of a task that has ended. */
final class PythonAnswer {
  private PythonAnswer() {}

  /**
   * @param reused whether the worker had run other tasks
   * @param readySeconds how long the task waited for its worker
   */
  static Outcome read(JsonNode answer, boolean reused, double readySeconds) {
    JsonNode error = answer.path("error");
    JsonNode usage = answer.path("usage");
    return new Outcome(
        answer.path("ok").asBoolean(),
        null,
        answer.get("value"),
        text(answer, "pickle"),
        elsewhere(answer.path("spilled")),
        output(answer.path("stdout")),
        output(answer.path("stderr")),
        error.isObject() ? error(error) : null,
        new Usage(
            usage.path("user_s").asDouble(),
            usage.path("system_s").asDouble(),
            usage.path("max_rss_mb").asDouble(),
            readySeconds + answer.path("import_s").asDouble()),
        reused,
        null);
  }

  static TaskError error(JsonNode error) {
    return new TaskError(
        error.path("type").asText(), error.path("message").asText(), text(error, "trace"));
  }

  private static Outcome.@Nullable Elsewhere elsewhere(JsonNode spilled) {
    return spilled.isObject()
        ? new Outcome.Elsewhere(
            spilled.path("path").asText(),
            spilled.path("bytes").asLong(),
            spilled.path("sha256").asText())
        : null;
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }

  private static Output output(JsonNode node) {
    long bytes = node.path("bytes").asLong();
    return bytes == 0
        ? Output.NONE
        : new Output(node.path("text").asText(), bytes, node.path("truncated").asBoolean(), null);
  }
}
