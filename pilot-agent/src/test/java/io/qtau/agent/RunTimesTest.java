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
  void fewerThanTwentyTasksSayNothing() {
    add(19, 10);
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
    add(100, 8_000);
    assertThat(times.areShort()).isFalse();
    assertThat(times.areStillShort()).isTrue();
    add(20, 11_000);
    assertThat(times.areStillShort()).isFalse();
  }

  @Test
  void fiveMillisecondsOfWorkMayWaitForASlot() {
    add(100, 1_000);
    assertThat(times.mostAhead(2)).isEqualTo(10);
    add(100, 4_000);
    assertThat(times.mostAhead(2)).isEqualTo(2);
    add(100, 1);
    assertThat(times.mostAhead(2)).isEqualTo(64);
  }

  @Test
  void longerTasksAreTakenLessFarAhead() {
    add(100, 10);
    int instant = times.windowBytes(2, 65536);
    add(100, 4_000);
    assertThat(instant).isEqualTo(65536);
    assertThat(times.windowBytes(2, 65536)).isLessThan(4000);
  }
}
