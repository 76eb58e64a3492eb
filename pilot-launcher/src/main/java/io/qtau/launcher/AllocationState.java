package io.qtau.launcher;

import com.fasterxml.jackson.annotation.JsonIgnore;
import org.jspecify.annotations.Nullable;

/**
 * What a resource says of an allocation.
 *
 * @param reason the resource's or the agent's own words; null = none
 */
public record AllocationState(Phase phase, @Nullable String reason) {
  /** What a resource can say. */
  public enum Phase {
    /** It was asked for; the scheduler has not said anything of it yet. */
    SUBMITTED,
    /** It waits; the reason says for what. */
    PENDING,
    /** The scheduler says something that is not known here; the reason has its words. */
    UNKNOWN,
    /** Its agents run, or are about to. */
    RUNNING,
    /** It was released, or ended by itself in good order. */
    DONE,
    /** It ended otherwise. */
    FAILED,
    /** Somebody ended it through the scheduler. */
    CANCELED,
    /** It is gone, and nobody knows how it ended; or its node is gone. */
    LOST
  }

  /** Whether it may still have, or get, agents. */
  @JsonIgnore
  public boolean isAlive() {
    return switch (phase) {
      case SUBMITTED, PENDING, UNKNOWN, RUNNING -> true;
      case DONE, FAILED, CANCELED, LOST -> false;
    };
  }

  AllocationState because(@Nullable String other) {
    return new AllocationState(phase, other);
  }
}
