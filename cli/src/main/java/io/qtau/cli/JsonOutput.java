package io.qtau.cli;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.PropertyNamingStrategies;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.io.UncheckedIOException;
import java.time.Instant;
import picocli.CommandLine.Option;

/**
 * The option {@code --json}: one object per line on standard output, everything else on standard
 * error. Fields are in snake case; one that does not apply is null. The shapes: {@code
 * docs/cli-json.md}.
 */
final class JsonOutput {
  static final ObjectMapper MAPPER =
      JsonMapper.builder()
          .propertyNamingStrategy(PropertyNamingStrategies.SNAKE_CASE)
          .serializationInclusion(JsonInclude.Include.ALWAYS)
          .addModule(new SimpleModule().addSerializer(new ToStringSerializer(Instant.class)))
          .build();

  @Option(
      names = "--json",
      description = "Print one JSON object per line; all other words go to standard error.")
  private boolean wanted;

  boolean wanted() {
    return wanted;
  }

  /** Prints the object, or the text for people. */
  void print(Console console, Object object, String text) {
    if (wanted) {
      console.out().println(line(object));
    } else if (!text.isEmpty()) {
      console.out().println(text);
    }
    console.out().flush();
  }

  static String line(Object object) {
    try {
      return MAPPER.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new UncheckedIOException(e);
    }
  }
}
