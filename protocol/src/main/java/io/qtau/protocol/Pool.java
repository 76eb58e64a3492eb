package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** Who may run a task: {@code shared} (every pilot) or one pilot, by its name. */
public record Pool(String value) {
  /** The pool of all pilots. */
  public static final Pool SHARED = new Pool("shared");

  /**
   * @throws InvalidField when the text is neither {@code shared} nor a pilot's name
   */
  @JsonCreator
  public Pool {
    Names.name("pool", value);
    if (value.equals("steward")) {
      throw new InvalidField("pool", "'steward' is reserved");
    }
  }

  /** The pool of one pilot. */
  public static Pool of(PilotName pilot) {
    return new Pool(pilot.value());
  }

  @JsonValue
  @Override
  public String toString() {
    return value;
  }
}
