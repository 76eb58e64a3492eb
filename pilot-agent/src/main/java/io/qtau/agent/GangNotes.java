package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.GangNote;
import org.jspecify.annotations.Nullable;

/** Carries notes to the other agents of the pilot. Any of them may be lost. */
interface GangNotes {
  /**
   * Says something.
   *
   * @param to null = all agents of the pilot, this one too
   */
  void send(GangNote note, @Nullable AgentName to);

  /** Whether notes have been lost lately, to and from everybody. */
  boolean wasAway();
}
