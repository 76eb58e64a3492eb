package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SlotLedgerTest {
  private static final Map<String, Integer> LICENSES = Map.of("license:gurobi", 2);

  private final SlotLedger ledger =
      new SlotLedger(Units.alike(2), Units.alike(2), 1000, LICENSES, Set.of());

  private static Needs needs(int milliCores, int milliGpus, long memoryMb) {
    return new Needs(milliCores, milliGpus, memoryMb, Map.of(), false);
  }

  private Grant take(Needs needs) {
    return Objects.requireNonNull(ledger.take(needs));
  }

  @Test
  void noMoreIsTakenThanThereIs() {
    take(needs(1500, 0, 0));
    assertThat(ledger.take(needs(1000, 0, 0))).isNull();
    take(needs(500, 0, 0));
    assertThat(ledger.free().milliCores()).isZero();
  }

  @Test
  void partsOfOneCoreAreSharedAndWholeOnesAreNot() {
    assertThat(take(needs(500, 0, 0)).cores()).containsExactly(0);
    assertThat(take(needs(1000, 0, 0)).cores()).containsExactly(1);
    assertThat(take(needs(500, 0, 0)).cores()).containsExactly(0);
    assertThat(ledger.take(needs(1, 0, 0))).isNull();
  }

  @Test
  void twoTasksHaveDifferentGpusAndOneHasBoth() {
    Grant first = take(needs(500, 1000, 0));
    Grant second = take(needs(500, 1000, 0));
    assertThat(List.of(first.gpus(), second.gpus())).containsExactly(List.of(0), List.of(1));
    assertThat(ledger.take(needs(500, 1000, 0))).isNull();
    ledger.release(first);
    ledger.release(second);
    assertThat(take(needs(500, 2000, 0)).gpus()).containsExactly(0, 1);
  }

  @Test
  void memoryAndNamedResourcesAreCounted() {
    Grant first = take(new Needs(500, 0, 600, LICENSES, false));
    assertThat(ledger.take(needs(500, 0, 401))).isNull();
    assertThat(ledger.take(new Needs(500, 0, 0, Map.of("license:gurobi", 1), false))).isNull();
    assertThat(ledger.take(new Needs(500, 0, 0, Map.of("license:other", 1), false))).isNull();
    ledger.release(first);
    assertThat(ledger.free()).isEqualTo(ledger.total());
  }

  @Test
  void nothingNewStartsBesideATaskThatMayKillItsAgent() {
    Needs suspect = new Needs(500, 0, 0, Map.of(), true);
    take(needs(500, 0, 0));
    Grant alone = take(suspect);
    assertThat(ledger.take(needs(500, 0, 0))).isNull();
    ledger.release(alone);
    take(needs(500, 0, 0));
  }

  @Test
  void whatIsKeptForAnotherIsNotTaken() {
    Needs kept = needs(2000, 0, 700);
    assertThat(ledger.fitsBeside(needs(1000, 0, 0), kept)).isFalse();
    assertThat(ledger.fitsBeside(needs(1000, 0, 0), needs(1000, 0, 0))).isTrue();
    assertThat(ledger.fitsBeside(needs(1000, 0, 301), needs(1000, 0, 700))).isFalse();
    assertThat(ledger.fitsBeside(needs(1000, 1000, 0), needs(1000, 2000, 0))).isFalse();
  }

  @Test
  void aTaskOfLessMemoryThanItsLanesTakesItsOwn() {
    Grant promised = take(needs(1000, 0, 1000));
    Grant own = Objects.requireNonNull(ledger.exchange(promised, needs(1000, 0, 600)));
    assertThat(ledger.free().memoryMb()).isEqualTo(400);
    assertThat(ledger.exchange(own, needs(1000, 0, 1001))).isNull();
    assertThat(ledger.free()).isEqualTo(ledger.total());
  }
}
