package io.qtau.protocol;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.Map;

/**
 * The parameter sets of a task that calls its function once for each: an object of equally long
 * arrays, by the names of the parameters, or an array of argument lists (arrays) and keyword
 * arguments (objects).
 */
final class Sweep {
  private Sweep() {}

  static void check(JsonNode sweep) {
    if (sweep.isArray()) {
      checkSets(sweep);
    } else if (sweep.isObject()) {
      checkColumns(sweep);
    } else {
      throw new InvalidField("sweep", "must be an object of arrays, or an array");
    }
  }

  private static void checkSets(JsonNode sweep) {
    if (sweep.isEmpty()) {
      throw new InvalidField("sweep", "must not be empty");
    }
    for (JsonNode set : sweep) {
      if (!set.isArray() && !set.isObject()) {
        throw new InvalidField("sweep", "each item must be an array or an object of arguments");
      }
    }
  }

  private static void checkColumns(JsonNode sweep) {
    int length = -1;
    for (Map.Entry<String, JsonNode> field : sweep.properties()) {
      JsonNode values = field.getValue();
      if (!values.isArray() || values.isEmpty()) {
        throw new InvalidField("sweep." + field.getKey(), "must be an array that is not empty");
      }
      if (length >= 0 && values.size() != length) {
        throw new InvalidField(
            "sweep." + field.getKey(), "has " + values.size() + " values, another one " + length);
      }
      length = values.size();
    }
    if (length < 0) {
      throw new InvalidField("sweep", "must not be empty");
    }
  }
}
