package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class RunTimesTest {
  private final RunTimes times = new RunTimes();

  private void add(int count, long micros) {
    IntStream.range(0, count).forEach(i -> times.add(micros, 500));
  }

  @Test
  void fewerThanTenTasksSayNothing() {
    add(9, 10);
    assertThat(times.areShort()).isFalse();
    add(1, 10);
    assertThat(times.areShort()).isTrue();
  }

  @Test
  void oneInTenMayBeLong() {
    add(92, 10);
    add(8, 1_000_000);
    assertThat(times.areShort()).isTrue();
    add(5, 1_000_000);
    assertThat(times.areShort()).isFalse();
  }

  @Test
  void onlyTheLastHundredCount() {
    add(100, 1_000_000);
    add(90, 10);
    assertThat(times.areShort()).isFalse();
    add(10, 10);
    assertThat(times.areShort()).isTrue();
  }

  @Test
  void aLaneWhoseTasksAreALittleLongerIsStillShort() {
    add(100, 30_000);
    assertThat(times.areShort()).isFalse();
    assertThat(times.areStillShort()).isTrue();
    add(20, 41_000);
    assertThat(times.areStillShort()).isFalse();
  }

  @Test
  void twentyMillisecondsOfWorkMayWaitForASlot() {
    add(100, 1_000);
    assertThat(times.mostAhead(2, 1)).isEqualTo(40);
    add(100, 15_000);
    assertThat(times.mostAhead(2, 1)).isEqualTo(2);
    add(100, 1);
    assertThat(times.mostAhead(2, 1)).isEqualTo(64);
  }

  @Test
  void manyLanesShareWhatMayWait() {
    add(100, 1_000);
    assertThat(times.mostAhead(2, 4)).isEqualTo(10);
    assertThat(times.mostAhead(2, 100)).isEqualTo(2);
    assertThat(times.windowBytes(2, 100, 65536))
        .isEqualTo(times.windowBytes(2, 10, 65536))
        .isLessThan(times.windowBytes(2, 1, 65536));
  }

  @Test
  void theFirstTasksSayHowFarAhead() {
    add(10, 10);
    assertThat(times.windowBytes(2, 1, 65536)).isEqualTo(65536);
  }

  @Test
  void longerTasksAreTakenLessFarAhead() {
    add(100, 10);
    int instant = times.windowBytes(2, 1, 65536);
    add(100, 4_000);
    assertThat(instant).isEqualTo(65536);
    assertThat(times.windowBytes(2, 1, 65536)).isLessThan(4000);
  }
}
