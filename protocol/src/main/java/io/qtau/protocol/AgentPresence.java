package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * An agent tells the steward that it has come, or that it leaves for good. It is a {@link
 * ClockRequest} too, whose answer nobody needs: that an agent may always send. The property {@link
 * Properties#CLAIMS} says which process it is.
 *
 * @param leaves whether it leaves; nothing of what it ran is left with it then
 * @param whenItEnds its pilot's policy; null = {@link WhenItEnds#FAIL}
 * @param lasts in how many µs its allocation ends, whatever its clock says; null = not known
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AgentPresence(
    AgentName agent,
    boolean leaves,
    @JsonProperty("when_it_ends") @Nullable WhenItEnds whenItEnds,
    @JsonProperty("lasts_us") @Nullable Long lasts) {
  /** The policy, also where none is said. */
  public WhenItEnds policy() {
    return whenItEnds == null ? WhenItEnds.FAIL : whenItEnds;
  }
}
