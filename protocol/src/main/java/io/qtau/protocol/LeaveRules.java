package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * When an agent leaves by itself, and what becomes of its pilot's own tasks then.
 *
 * @param whenItEnds null = {@link WhenItEnds#FAIL}
 * @param idleTimeoutS after so many seconds without a task it leaves; null = it stays
 * @param drainS so many seconds before its allocation ends it takes nothing new; null = 30, at most
 *     half of the allocation
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LeaveRules(
    @JsonProperty("when_it_ends") @Nullable WhenItEnds whenItEnds,
    @JsonProperty("idle_timeout_s") @Nullable Double idleTimeoutS,
    @JsonProperty("drain_s") @Nullable Double drainS) {
  /** Those of an agent that was told none. */
  public static final LeaveRules NONE = new LeaveRules(null, null, null);

  public LeaveRules {
    notNegative("idle_timeout_s", idleTimeoutS);
    notNegative("drain_s", drainS);
  }

  private static void notNegative(String field, @Nullable Double seconds) {
    if (seconds != null && !(seconds >= 0 && seconds <= 1e9)) {
      throw new InvalidField(field, "must be 0 to 1e9 seconds, is " + seconds);
    }
  }

  /** The policy, also where none is said. */
  public WhenItEnds policy() {
    return whenItEnds == null ? WhenItEnds.FAIL : whenItEnds;
  }

  /** How long it stays without a task; null = for ever. */
  public @Nullable Duration idleTimeout() {
    return duration(idleTimeoutS);
  }

  /** How long before its end it begins to drain; null = not said. */
  public @Nullable Duration drain() {
    return duration(drainS);
  }

  private static @Nullable Duration duration(@Nullable Double seconds) {
    return seconds == null ? null : Duration.ofNanos((long) (seconds * 1e9));
  }
}
