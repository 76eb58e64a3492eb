package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The identifier of a task, unique in its session. */
public record TaskId(String value) implements Comparable<TaskId> {
  /**
   * @throws InvalidField when the text is not such a name
   */
  @JsonCreator
  public TaskId {
    Names.id("id", value);
  }

  @Override
  public int compareTo(TaskId other) {
    return value.compareTo(other.value);
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
