package io.qtau.agent;

import java.util.Comparator;
import java.util.List;

/** What Python processes that wait for tasks may hold together: the longest idle ones end first. */
final class IdleMemory {
  private static final Comparator<IdleProcesses> BY_AGE =
      Comparator.comparingLong(IdleProcesses::longestIdleSinceNanos);

  private final long mostMb;
  private final List<IdleProcesses> all;

  IdleMemory(long mostMb, IdleProcesses... all) {
    this.mostMb = mostMb;
    this.all = List.of(all);
  }

  /** Ends as many as it takes. */
  synchronized void bound() {
    while (heldMb() > mostMb) {
      IdleProcesses longest = all.stream().min(BY_AGE).orElseThrow();
      if (longest.longestIdleSinceNanos() == Long.MAX_VALUE) {
        return;
      }
      longest.endLongestIdle("the idle ones hold more than " + mostMb + " MiB");
    }
  }

  private double heldMb() {
    return all.stream().mapToDouble(IdleProcesses::idleMb).sum();
  }
}
