package io.qtau.launcher;

import java.util.Collection;

/** Where a pilot stands. In this order: a pilot never goes backwards. */
public enum PilotPhase {
  /** Nothing has been asked for yet. */
  NEW,
  /** Its resource has the request. */
  SUBMITTED,
  /** It waits for its nodes. */
  PENDING,
  /** It has its nodes, and no agent has said anything yet. */
  STARTING,
  /** Agents take tasks. */
  READY,
  /** Agents end what runs, and take nothing more. */
  DRAINING,
  /** It has ended in good order. */
  DONE,
  /** It has ended otherwise. */
  FAILED,
  /** Somebody ended it through the scheduler. */
  CANCELED,
  /** It is gone, and nobody knows how it ended. */
  LOST;

  /**
   * What is to be said of a pilot: its agents' own words first, its resource's second.
   *
   * @param agents the states in the last heartbeats of its agents; none = it has none
   */
  public static PilotPhase of(AllocationState resource, Collection<String> agents) {
    if (resource.isAlive() && !agents.isEmpty()) {
      return agents.stream().allMatch(DRAINING.name()::equals) ? DRAINING : READY;
    }
    return switch (resource.phase()) {
      case SUBMITTED, UNKNOWN -> SUBMITTED;
      case PENDING -> PENDING;
      case RUNNING -> STARTING;
      case DONE -> DONE;
      case FAILED -> FAILED;
      case CANCELED -> CANCELED;
      case LOST -> LOST;
    };
  }

  /** The later one; what is over stays as it ended. */
  PilotPhase advance(PilotPhase next) {
    return isOver() || next.compareTo(this) < 0 ? this : next;
  }

  public boolean isOver() {
    return compareTo(DONE) >= 0;
  }

  /** Whether its agents have been heard of, and it is not over. */
  public boolean isUp() {
    return this == READY || this == DRAINING;
  }
}
