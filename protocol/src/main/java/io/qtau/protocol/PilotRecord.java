package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table of pilots. The steward alone writes it; agents follow that of their pilot.
 *
 * @param whenItEnds what becomes of its own tasks when it ends
 * @param ends when its allocation ends, epoch µs; null = not known
 * @param claims the queues of the claims of those agents that have come and not taken their leave
 * @param at when it came into this standing, by the broker's clock, epoch µs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record PilotRecord(
    PilotName pilot,
    PilotStanding standing,
    @JsonProperty("when_it_ends") WhenItEnds whenItEnds,
    @Nullable Long ends,
    List<String> claims,
    long at) {
  public PilotRecord {
    claims = claims == null ? List.of() : List.copyOf(claims);
  }

  /** The same in a standing that begins now; the same one when it is in it already. */
  public PilotRecord in(PilotStanding next, long nowUs) {
    return next == standing ? this : new PilotRecord(pilot, next, whenItEnds, ends, claims, nowUs);
  }

  /** The same with other agents. */
  public PilotRecord with(List<String> newClaims) {
    return new PilotRecord(pilot, standing, whenItEnds, ends, newClaims, at);
  }
}
