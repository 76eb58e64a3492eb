package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/**
 * How urgent a task is. Each priority has lanes of its own, since pages of a queue are in order.
 */
public enum Priority {
  LOW(".p0", 0),
  NORMAL("", 4),
  HIGH(".p9", 9);

  private final String suffix;
  private final int jms;

  Priority(String suffix, int jms) {
    this.suffix = suffix;
    this.jms = jms;
  }

  /** What a lane's name carries for it. */
  String suffix() {
    return suffix;
  }

  /** The JMS priority, 0 to 9: a hint inside a lane. */
  public int jms() {
    return jms;
  }

  @JsonCreator
  static Priority parse(String text) {
    return Arrays.stream(values())
        .filter(p -> p.word().equals(text))
        .findFirst()
        .orElseThrow(
            () -> new InvalidField("priority", "'" + text + "' is none of low, normal, high"));
  }

  @JsonValue
  String word() {
    return name().toLowerCase(Locale.ROOT);
  }
}
