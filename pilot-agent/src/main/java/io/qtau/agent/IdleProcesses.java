package io.qtau.agent;

/** Python processes of one sort, some of which wait for tasks. */
interface IdleProcesses {
  /** What those hold that wait, MiB. */
  double idleMb();

  /** Since when the one waits that has waited longest; {@link Long#MAX_VALUE} when none waits. */
  long longestIdleSinceNanos();

  /** Ends that one, if there still is one. */
  void endLongestIdle(String why);
}
