package io.qtau.launcher;

import org.jspecify.annotations.Nullable;

/**
 * What a resource says of an allocation.
 *
 * @param reason the resource's or the agent's own words; null = none
 */
public record AllocationState(Phase phase, @Nullable String reason) {
  /** In this order; an allocation never goes backwards. */
  public enum Phase {
    /** Its agent runs, or is about to. */
    RUNNING,
    /** It was released. */
    DONE,
    /** Its agent ended without being released. */
    FAILED
  }

  public boolean isAlive() {
    return phase == Phase.RUNNING;
  }
}
