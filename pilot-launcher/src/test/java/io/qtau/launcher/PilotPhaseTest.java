package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.launcher.AllocationState.Phase;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PilotPhaseTest {
  @ParameterizedTest
  @CsvSource({
    "SUBMITTED, '', SUBMITTED",
    "PENDING, '', PENDING",
    "UNKNOWN, '', SUBMITTED",
    "RUNNING, '', STARTING",
    "RUNNING, READY, READY",
    "RUNNING, DRAINING, DRAINING",
    "RUNNING, READY DRAINING, READY",
    // A scheduler's answer may be older than a heartbeat.
    "PENDING, READY, READY",
    // A heartbeat stays for some seconds when its agent is gone.
    "FAILED, READY, FAILED",
    "DONE, '', DONE",
    "CANCELED, '', CANCELED",
    "LOST, '', LOST",
  })
  void agentsGoFirst(Phase resource, String agents, PilotPhase phase) {
    List<String> states = agents.isEmpty() ? List.of() : List.of(agents.split(" "));
    assertThat(PilotPhase.of(new AllocationState(resource, null), states)).isEqualTo(phase);
  }

  @ParameterizedTest
  @CsvSource({
    "NEW, SUBMITTED, SUBMITTED",
    "READY, PENDING, READY",
    "READY, STARTING, READY",
    "READY, FAILED, FAILED",
    "DRAINING, READY, DRAINING",
    "DONE, LOST, DONE",
    "FAILED, DONE, FAILED",
  })
  void aPilotNeverGoesBackwards(PilotPhase before, PilotPhase next, PilotPhase after) {
    assertThat(before.advance(next)).isEqualTo(after);
  }

  @Test
  void whatIsOverIsNotUp() {
    for (PilotPhase phase : PilotPhase.values()) {
      assertThat(phase.isOver() && phase.isUp()).isFalse();
    }
  }
}
