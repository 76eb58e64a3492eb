package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

/** Two licences that all pilots share, and a device of this agent's own. */
class NamedCountsTest {
  private static final String X = "license:x";
  private static final Map<String, Integer> ONE = Map.of(X, 1);
  private static final Map<String, Integer> BOTH = Map.of(X, 2);
  private static final Map<String, Integer> NONE = Map.of();

  private final NamedCounts counts = new NamedCounts(Map.of(X, 7, "qpu:own", 1));

  NamedCountsTest() {
    counts.share(BOTH);
  }

  private static long millis(long millis) {
    return TimeUnit.MILLISECONDS.toNanos(millis);
  }

  @Test
  void whatAllShareIsNotThisAgentsUntilItHasCome() {
    assertThat(counts.totals()).isEqualTo(Map.of(X, 2, "qpu:own", 1));
    assertThat(counts.fit(ONE)).isFalse();
    assertThat(counts.ownFit(ONE)).isTrue();
    assertThat(counts.lacking(BOTH)).isEqualTo(BOTH);
    counts.came(ONE, 1);
    assertThat(counts.fit(ONE)).isTrue();
    assertThat(counts.lacking(BOTH)).isEqualTo(ONE);
    assertThat(counts.lacking(Map.of("qpu:own", 9))).isEmpty();
  }

  @Test
  void anIdleOneGoesBackAfterAWhileAndAUsedOneDoesNot() {
    counts.came(BOTH, 1);
    counts.take(ONE);
    assertThat(counts.surplus(NONE, 2)).isEmpty();
    assertThat(counts.surplus(NONE, millis(99))).isEmpty();
    assertThat(counts.surplus(NONE, millis(101))).isEqualTo(ONE);
    assertThat(counts.surplus(NONE, millis(5000))).isEmpty();
    assertThat(counts.fit(ONE)).isFalse();
  }

  @Test
  void oneThatWasHeldForItsTurnGoesBackAsSoonAsItIsFree() {
    counts.came(ONE, 1);
    counts.take(ONE);
    assertThat(counts.surplus(NONE, millis(1001))).isEmpty();
    counts.release(ONE);
    assertThat(counts.surplus(ONE, millis(1001))).as("kept for a task").isEmpty();
    assertThat(counts.surplus(NONE, millis(1001))).isEqualTo(ONE);
  }

  @Test
  void afterALossTasksOweWhatTheyUseAndNothingStartsOnIt() {
    counts.came(BOTH, 1);
    counts.take(BOTH);
    counts.dropHeld();
    counts.share(BOTH);
    assertThat(counts.owed()).isEqualTo(BOTH);
    counts.release(ONE);
    assertThat(counts.owed()).isEqualTo(ONE);
    assertThat(counts.fit(ONE)).isFalse();
    assertThat(counts.free()).containsEntry(X, 0);
    counts.came(BOTH, millis(1));
    assertThat(counts.owed()).isEmpty();
    assertThat(counts.free()).containsEntry(X, 1);
  }
}
