package io.qtau.cli;

import io.qtau.client.Survey;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.Pool;
import io.qtau.protocol.WhenItEnds;
import java.util.Optional;

/** What there is to say of the pilot that a waiting task is for. */
final class PoolWords {
  private PoolWords() {}

  /** Goes on after the rest of a sentence; empty when it is the shared pool, or all is well. */
  static String of(Pool pool, Survey survey) {
    if (pool.equals(Pool.SHARED)) {
      return "";
    }
    boolean there =
        survey.agents().stream()
            .anyMatch(
                agent ->
                    Pool.of(agent.agent().pilot()).equals(pool)
                        && !agent.state().equals(PilotView.DONE));
    Optional<PilotRecord> line =
        survey.pilots().stream().filter(known -> Pool.of(known.pilot()).equals(pool)).findFirst();
    String pilot = "; it is for pilot " + pool + " alone, ";
    return line.map(
            known ->
                switch (known.standing()) {
                  case ENDED -> pilot + ended(known);
                  case DRAINING, STOPPING ->
                      pilot + "which takes no new tasks: when it has ended, " + fate(known);
                  case ACTIVE -> there ? "" : pilot + "none of whose agents is connected now";
                })
        .orElse(there ? "" : pilot + "which is not there yet: it waits for it");
  }

  /** Goes on after its name. */
  static String ended(PilotRecord pilot) {
    return "which has ended at " + PilotView.instant(pilot.at()) + ": " + fate(pilot);
  }

  private static String fate(PilotRecord pilot) {
    return pilot.whenItEnds() == WhenItEnds.FAIL
        ? "what is left fails with PilotEnded"
        : "what is left goes to the shared pool";
  }
}
