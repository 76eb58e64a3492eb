package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of a session: a client's durable mailbox for results. */
public record SessionName(String value) implements Comparable<SessionName> {
  /**
   * @throws InvalidField when the text is not such a name
   */
  @JsonCreator
  public SessionName {
    Names.name("session", value);
  }

  @Override
  public int compareTo(SessionName other) {
    return value.compareTo(other.value);
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
