package io.qtau.protocol;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.MismatchedInputException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
import java.util.Collection;
import java.util.stream.Collectors;

/** What is wrong with a JSON value, where in it, in words for a person. */
record JsonFault(String path, String reason) {
  static JsonFault of(JsonMappingException e) {
    String path =
        e.getPath().stream()
            .map(
                ref -> ref.getFieldName() == null ? "[" + ref.getIndex() + "]" : ref.getFieldName())
            .collect(Collectors.joining("."))
            .replace(".[", "[");
    if (e.getCause() instanceof InvalidField invalid) {
      return new JsonFault(path.isEmpty() ? invalid.path() : path, reason(invalid));
    }
    if (e instanceof UnrecognizedPropertyException unknown) {
      return new JsonFault(
          path,
          "is not a field here"
              + Nearest.hint(
                  unknown.getPropertyName(),
                  unknown.getKnownPropertyIds().stream().map(String::valueOf).toList()));
    }
    if (e instanceof MismatchedInputException mismatch && mismatch.getTargetType() != null) {
      return new JsonFault(path, "must be " + word(mismatch.getTargetType()));
    }
    return new JsonFault(path, String.valueOf(e.getOriginalMessage()));
  }

  private static String reason(InvalidField invalid) {
    return String.valueOf(invalid.getMessage()).substring(invalid.path().length() + 2);
  }

  /** Jackson names Java classes; a person wants to know which JSON value was expected. */
  private static String word(Class<?> type) {
    if (type == String.class) {
      return "a text";
    }
    if (Collection.class.isAssignableFrom(type)) {
      return "an array";
    }
    if (type == int.class || type == Integer.class || type == long.class || type == Long.class) {
      return "a whole number";
    }
    return Number.class.isAssignableFrom(type) || type.isPrimitive() ? "a number" : "an object";
  }

  String describe() {
    return path.isEmpty() ? reason : path + ": " + reason;
  }
}
