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
  void fewerThanAHundredTasksSayNothing() {
    add(99, 10);
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
  void longerTasksAreTakenLessFarAhead() {
    add(100, 10);
    int instant = times.windowBytes(2, 65536);
    add(100, 4_000);
    assertThat(instant).isEqualTo(65536);
    assertThat(times.windowBytes(2, 65536)).isLessThan(4000);
  }
}
