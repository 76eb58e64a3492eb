package io.qtau.agent;

/** Whoever wants nodes for a program, and has to know what becomes of them. */
interface GangUser {
  /** Whether they are still wanted. */
  boolean isWanted();

  /** They are there, all of them. */
  void whole(Gang gang);

  /** They will not be, and none is held any more. */
  void inVain();

  /** Nobody can be heard any more: the program ends, through no fault of its own. */
  void abandon();
}
