package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class ClockOffsetTest {
  private final ClockOffset offset = new ClockOffset();

  @Test
  void beforeTheFirstAnswerBothClocksCountAsEqual() {
    assertThat(offset.micros()).isNull();
    assertThat(offset.brokerMicros(77)).isEqualTo(77);
  }

  @Test
  void theQuickestAnswerCounts() {
    offset.heard(0, 1_000, 5_000_500);
    offset.heard(10_000, 10_200, 5_010_100);
    offset.heard(20_000, 24_000, 5_021_000);
    assertThat(offset.micros()).isEqualTo(5_000_000);
    assertThat(offset.errorMicros()).isEqualTo(100);
    assertThat(offset.brokerMicros(30_000)).isEqualTo(5_030_000);
  }

  @Test
  void aSlowAnswerCountsWhenTheBrokersClockWasSet() {
    offset.heard(0, 200, 5_000_100);
    offset.heard(10_000, 14_000, 3_600_012_000L);
    assertThat(offset.micros()).isEqualTo(3_600_000_000L);
    assertThat(offset.errorMicros()).isEqualTo(2_000);
  }
}
