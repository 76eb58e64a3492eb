package io.qtau.launcher;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Nearest;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.WhenItEnds;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;

/**
 * A pilot described in a file: one JSON object ({@code .json}), or the same in YAML. Fields: {@code
 * resource} (required), {@code name}, {@code number_of_nodes}, {@code cores_per_node}, {@code
 * gpus_per_node}, {@code named_resources} (an object of counts), {@code queue}, {@code walltime}
 * (minutes), {@code project}, {@code qos}, {@code reservation}, {@code constraint}, {@code
 * scheduler_script_commands} (a list of lines), {@code conda_environment}, {@code modules}, {@code
 * setup_commands} (lists), {@code working_directory}, {@code when_it_ends} ({@code fail} or {@code
 * to-shared}), {@code idle_timeout} (seconds), {@code own_pool_only}, {@code tunnel} (true or
 * false). A field that is not one of these, or comes twice, is an error.
 */
public final class PilotFile {
  private static final ObjectMapper JSON =
      JsonMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();
  private static final ObjectMapper YAML =
      YAMLMapper.builder()
          .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .build();

  private final Map<String, Consumer<Value>> fields = new LinkedHashMap<>();

  /** A value, and where it stands. */
  private record Value(String field, JsonNode node) {
    String text() {
      if (!node.isTextual()) {
        throw new InvalidField(field, "must be a text, is " + node + "; a text has quotes");
      }
      return node.textValue();
    }

    int number() {
      if (!node.isInt()) {
        throw new InvalidField(field, "must be a whole number, is " + node);
      }
      return node.intValue();
    }

    void eachNumber(ObjIntConsumer<String> count) {
      if (!node.isObject()) {
        throw new InvalidField(field, "must be an object of whole numbers, is " + node);
      }
      for (var one : node.properties()) {
        count.accept(one.getKey(), new Value(field + "." + one.getKey(), one.getValue()).number());
      }
    }

    Duration seconds() {
      if (!node.isNumber() || !(node.doubleValue() > 0 && node.doubleValue() <= 1e9)) {
        throw new InvalidField(field, "must be a number of seconds above 0, is " + node);
      }
      return Duration.ofNanos((long) (node.doubleValue() * 1e9));
    }

    boolean truth() {
      if (!node.isBoolean()) {
        throw new InvalidField(field, "must be true or false, is " + node);
      }
      return node.booleanValue();
    }

    void each(Consumer<String> line) {
      if (node.isTextual()) {
        line.accept(node.textValue());
        return;
      }
      if (!node.isArray()) {
        throw new InvalidField(field, "must be a list of texts, is " + node);
      }
      for (int i = 0; i < node.size(); i++) {
        line.accept(new Value(field + "[" + i + "]", node.get(i)).text());
      }
    }
  }

  private PilotFile(PilotRequestBuilder request) {
    fields.put("resource", value -> request.resource(ResourceUrl.parse(value.text())));
    fields.put("name", value -> request.name(new PilotName(value.text())));
    fields.put("number_of_nodes", value -> request.nodes(value.number()));
    fields.put("cores_per_node", value -> request.cores(value.number()));
    fields.put("gpus_per_node", value -> request.gpus(value.number()));
    fields.put("named_resources", value -> value.eachNumber(request::named));
    fields.put("queue", value -> request.queue(value.text()));
    fields.put("walltime", value -> request.walltime(Duration.ofMinutes(value.number())));
    fields.put("project", value -> request.project(value.text()));
    fields.put("qos", value -> request.qos(value.text()));
    fields.put("reservation", value -> request.reservation(value.text()));
    fields.put("constraint", value -> request.constraint(value.text()));
    fields.put("scheduler_script_commands", value -> value.each(request::schedulerOption));
    fields.put("conda_environment", value -> request.condaEnvironment(value.text()));
    fields.put("modules", value -> value.each(request::module));
    fields.put("setup_commands", value -> value.each(request::setupCommand));
    fields.put("working_directory", value -> request.workingDirectory(value.text()));
    fields.put("when_it_ends", value -> request.whenItEnds(WhenItEnds.of(value.text())));
    fields.put("idle_timeout", value -> request.idleTimeout(value.seconds()));
    fields.put("own_pool_only", value -> request.ownPoolOnly(value.truth()));
    fields.put("tunnel", value -> request.tunnel(value.truth()));
  }

  /**
   * Reads a file.
   *
   * @throws InvalidField when it is not such an object; the message names the file and the field
   * @throws IOException when it cannot be read
   */
  public static PilotRequestBuilder read(Path file) throws IOException {
    JsonNode root = parse(file);
    if (!root.isObject()) {
      throw new InvalidField(file.toString(), "must be one object, with a field 'resource'");
    }
    if (!root.has("resource")) {
      throw new InvalidField(file.toString(), "has no field 'resource'");
    }
    PilotRequestBuilder request = PilotRequest.on(ResourceUrl.LOCAL);
    PilotFile reader = new PilotFile(request);
    for (var field : root.properties()) {
      try {
        reader.take(field.getKey(), field.getValue());
      } catch (InvalidField e) {
        throw new InvalidField(file.toString(), String.valueOf(e.getMessage()));
      }
    }
    return request;
  }

  private void take(String name, JsonNode node) {
    Consumer<Value> field = fields.get(name);
    if (field == null) {
      throw new InvalidField(name, "is not a field here" + Nearest.hint(name, fields.keySet()));
    }
    if (!node.isNull()) {
      field.accept(new Value(name, node));
    }
  }

  private static JsonNode parse(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    try {
      return (file.toString().endsWith(".json") ? JSON : YAML).readTree(content);
    } catch (JacksonException e) {
      var at = e.getLocation();
      String where = at == null ? "" : ":" + at.getLineNr() + ":" + at.getColumnNr();
      throw new InvalidField(file + where, String.valueOf(e.getOriginalMessage()));
    }
  }
}
