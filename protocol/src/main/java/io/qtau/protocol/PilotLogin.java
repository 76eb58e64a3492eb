package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The user that a pilot logs in as, {@code pilot.<pilot>.<life>}. No other user's name begins with
 * {@code pilot.}.
 *
 * @param life 8 hex digits, new with each start: an earlier pilot of the same name keeps no access
 */
public record PilotLogin(PilotName pilot, String life) {
  private static final String START = "pilot.";
  private static final Pattern LIFE = Pattern.compile("[0-9a-f]{8}");

  public PilotLogin {
    if (!LIFE.matcher(life).matches()) {
      throw new InvalidField("life", "must be 8 hex digits");
    }
  }

  /** Reads the name of a user. */
  @JsonCreator
  public static PilotLogin parse(String user) {
    return of(user)
        .orElseThrow(() -> new InvalidField("user", "'" + user + "' is not pilot.<pilot>.<life>"));
  }

  /** The pilot that a user is; empty for every other user. */
  public static Optional<PilotLogin> of(String user) {
    int dot = user.lastIndexOf('.');
    if (!user.startsWith(START) || dot <= START.length()) {
      return Optional.empty();
    }
    try {
      return Optional.of(
          new PilotLogin(
              new PilotName(user.substring(START.length(), dot)), user.substring(dot + 1)));
    } catch (InvalidField anotherUser) {
      return Optional.empty();
    }
  }

  @JsonValue
  @Override
  public String toString() {
    return START + pilot + "." + life;
  }
}
