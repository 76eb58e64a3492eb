package io.qtau.launcher;

import io.qtau.launcher.AllocationState.Phase;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/**
 * How a pilot has ended: from what its scheduler says, and from what its batch script and agents
 * have left in its directory.
 *
 * @param scheduler its name, for messages
 */
record Verdict(Host host, String scheduler) {
  /** The exit status of a batch script whose allocation was ended under it. */
  private static final String TERMINATED = "143";

  /**
   * The end of a pilot.
   *
   * @param told what the scheduler says; {@code LOST} without a reason = it does not say how
   */
  AllocationState of(PilotDirectory directory, AllocationState told) throws IOException {
    PilotTraces traces = PilotTraces.of(host, directory);
    String exit = traces.exit();
    if (told.phase() == Phase.DONE || (isUntold(told) && exit.equals("0"))) {
      return traces.hasSaidHello()
          ? new AllocationState(Phase.DONE, told.reason())
          : failed("it ended before an agent reached the broker", traces);
    }
    if (told.phase() == Phase.FAILED) {
      return failed(told.reason(), traces);
    }
    if (!isUntold(told)) {
      return told;
    }
    if (exit.equals(TERMINATED)) {
      return new AllocationState(Phase.CANCELED, scheduler + " has ended it");
    }
    return exit.isEmpty()
        ? told.because(scheduler + " does not know it any more, and it left no exit status")
        : failed("exit status " + exit, traces);
  }

  private static boolean isUntold(AllocationState told) {
    return told.phase() == Phase.LOST && told.reason() == null;
  }

  private static AllocationState failed(@Nullable String why, PilotTraces traces)
      throws IOException {
    String words = traces.lastWords();
    String reason = why == null ? "it failed" : why;
    return new AllocationState(Phase.FAILED, words.isEmpty() ? reason : reason + "\n" + words);
  }
}
