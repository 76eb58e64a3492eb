package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** The name of an agent: its pilot and its number in it, {@code <pilot>.<n>}. */
public record AgentName(PilotName pilot, int number) {
  /** Reads {@code <pilot>.<n>}. */
  @JsonCreator
  public static AgentName parse(String text) {
    int dot = text.lastIndexOf('.');
    if (dot < 1 || !text.substring(dot + 1).matches("[0-9]{1,6}")) {
      throw new InvalidField("agent", "'" + text + "' is not <pilot>.<number>");
    }
    return new AgentName(
        new PilotName(text.substring(0, dot)), Integer.parseInt(text.substring(dot + 1)));
  }

  @JsonValue
  @Override
  public String toString() {
    return pilot + "." + number;
  }
}
