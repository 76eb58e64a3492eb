package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of a pilot: our placeholder on a resource. */
public record PilotName(String value) implements Comparable<PilotName> {
  /**
   * @throws InvalidField when the text is not such a name
   */
  @JsonCreator
  public PilotName {
    Names.name("pilot", value);
    if (value.equals("shared") || value.equals("steward")) {
      throw new InvalidField("pilot", "'" + value + "' is reserved");
    }
  }

  @Override
  public int compareTo(PilotName other) {
    return value.compareTo(other.value);
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
