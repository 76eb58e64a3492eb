package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table of pilots. The steward alone writes it; agents follow that of their pilot.
 *
 * @param whenItEnds what becomes of its own tasks when it ends
 * @param ends when its allocation ends, epoch µs; null = not known
 * @param claims the queues of the claims of those agents that have come and not taken their leave
 * @param lives of its logins, see {@link PilotLogin}: those of this start of it, which end with it
 * @param at when it came into this standing, by the broker's clock, epoch µs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PilotRecord(
    PilotName pilot,
    PilotStanding standing,
    @JsonProperty("when_it_ends") WhenItEnds whenItEnds,
    @Nullable Long ends,
    List<String> claims,
    List<String> lives,
    long at) {
  public PilotRecord {
    claims = claims == null ? List.of() : List.copyOf(claims);
    lives = lives == null ? List.of() : List.copyOf(lives);
  }

  /** The same in a standing that begins now; the same one when it is in it already. */
  public PilotRecord in(PilotStanding next, long nowUs) {
    return next == standing
        ? this
        : new PilotRecord(pilot, next, whenItEnds, ends, claims, lives, nowUs);
  }

  /** The same with other agents. */
  public PilotRecord with(List<String> newClaims) {
    return new PilotRecord(pilot, standing, whenItEnds, ends, newClaims, lives, at);
  }

  /** The same with one more login; the same one when it is there, or when there is none to add. */
  public PilotRecord with(@Nullable String life) {
    if (life == null || lives.contains(life)) {
      return this;
    }
    List<String> more = new ArrayList<>(lives);
    more.add(life);
    return new PilotRecord(pilot, standing, whenItEnds, ends, claims, more, at);
  }

  /** Whether a login was one of its own, and it has ended. */
  public boolean hasEndedFor(PilotLogin login) {
    return standing == PilotStanding.ENDED
        && pilot.equals(login.pilot())
        && lives.contains(login.life());
  }
}
