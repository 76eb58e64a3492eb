package io.qtau.protocol;

/** How far a pilot is, for its agents and for the tasks of its own pool. */
public enum PilotStanding {
  /** Its agents take tasks, as soon as there are any. */
  ACTIVE,
  /** Its agents take nothing new; what runs ends first. */
  DRAINING,
  /** Its agents give back what runs, and leave. */
  STOPPING,
  /** It runs nothing any more. */
  ENDED
}
