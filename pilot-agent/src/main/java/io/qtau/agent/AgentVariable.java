package io.qtau.agent;

import java.util.Map;

/** A variable in the environment of an agent. */
final class AgentVariable {
  private AgentVariable() {}

  /**
   * A whole number.
   *
   * @throws IllegalArgumentException when it is something else
   */
  static long number(Map<String, String> environment, String name, long otherwise) {
    String text = environment.get(name);
    if (text == null) {
      return otherwise;
    }
    if (!text.matches("[0-9]{1,12}")) {
      throw new IllegalArgumentException(name + " must be a whole number, is '" + text + "'");
    }
    return Long.parseLong(text);
  }
}
