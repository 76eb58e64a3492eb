package io.qtau.protocol;

import com.fasterxml.jackson.databind.JsonMappingException;
import com.fasterxml.jackson.databind.exc.UnrecognizedPropertyException;
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
    return new JsonFault(path, plain(e.getOriginalMessage()));
  }

  private static String reason(InvalidField invalid) {
    return String.valueOf(invalid.getMessage()).substring(invalid.path().length() + 2);
  }

  /** Jackson names Java classes; a person wants to know which JSON value was expected. */
  private static String plain(String message) {
    return message
        .replaceAll("`java\\.lang\\.String`", "a text")
        .replaceAll("`(java\\.math\\.BigDecimal|java\\.lang\\.Double|double)`", "a number")
        .replaceAll("`(java\\.lang\\.(Integer|Long)|int|long)`", "a whole number")
        .replaceAll("`java\\.util\\.(List|ArrayList)<[^`]*>`", "an array of texts")
        .replaceAll("`java\\.util\\.(Map|LinkedHashMap)<[^`]*>`", "an object of texts")
        .replaceAll("`io\\.qtau\\.[^`]*`", "an object")
        .replaceAll("(?s) \\((although|but|for|through|no )[^\\n]*", "")
        .replaceAll("(?s)\\n.*", "");
  }

  String describe() {
    return path.isEmpty() ? reason : path + ": " + reason;
  }
}
