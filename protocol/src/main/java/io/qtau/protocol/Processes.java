package io.qtau.protocol;

import java.util.List;
import java.util.Map;

/** What the operating system cannot carry to a process is refused before it is tried. */
final class Processes {
  private Processes() {}

  static void noNul(String field, List<String> values) {
    for (String value : values) {
      if (value.indexOf('\0') >= 0) {
        throw new InvalidField(field, "must not contain the character NUL");
      }
    }
  }

  static void checkEnvironment(String field, Map<String, String> env) {
    env.forEach(
        (name, value) -> {
          if (name.isEmpty() || name.indexOf('=') >= 0) {
            throw new InvalidField(field, "'" + name + "' is not a variable's name");
          }
          noNul(field, List.of(name, value));
        });
  }
}
