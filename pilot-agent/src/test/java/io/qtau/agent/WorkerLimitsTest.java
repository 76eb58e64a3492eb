package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class WorkerLimitsTest {
  @Test
  void variablesOfTheAgentSetThem() {
    assertThat(
            WorkerLimits.of(
                Map.of(
                    "QTAU_PYTHON_IDLE_S", "5",
                    "QTAU_PYTHON_IDLE_MB", "100",
                    "QTAU_PYTHON_MAX_TASKS", "7",
                    "QTAU_PYTHON_MAX_GROWTH_MB", "64",
                    "QTAU_PYTHON_STUCK_S", "3")))
        .isEqualTo(new WorkerLimits(Duration.ofSeconds(5), 100, 7, 64, Duration.ofSeconds(3)));
    assertThat(WorkerLimits.of(Map.of()).idleMb()).isPositive();
    assertThatThrownBy(() -> WorkerLimits.of(Map.of("QTAU_PYTHON_IDLE_S", "soon")))
        .hasMessageContaining("QTAU_PYTHON_IDLE_S");
  }

  @Test
  void aStatusOfWaitIsAnExitCodeOrASignal() {
    assertThat(WorkerEnd.ofStatus(9 << 8, false)).isEqualTo(new WorkerEnd(9, false));
    assertThat(WorkerEnd.ofStatus(139, false)).isEqualTo(new WorkerEnd(128 + 11, false));
    assertThat(new WorkerEnd(137, true).words()).contains("signal 9", "locks");
  }

  @Test
  void fractionsOfACoreShareWorkers() {
    Node node = new Node(OwnCores.unbound(2, "a test"), List.of("0", "1"), 0, Map.of());
    SlotLedger ledger = node.ledger(Set.of());
    assertThat(key(node, ledger, 250, 0))
        .isEqualTo(key(node, ledger, 1000, 0))
        .isNotEqualTo(key(node, ledger, 2000, 0))
        .isNotEqualTo(key(node, ledger, 1000, 1000));
  }

  private static WorkerKey key(Node node, SlotLedger ledger, int milliCores, int milliGpus) {
    Needs needs = new Needs(milliCores, milliGpus, 0, Map.of(), false);
    Grant grant = Objects.requireNonNull(ledger.take(needs));
    ledger.release(grant);
    return new WorkerKey("python3", node.slots(grant).environment());
  }
}
