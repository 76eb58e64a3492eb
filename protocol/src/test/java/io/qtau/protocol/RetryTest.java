package io.qtau.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class RetryTest {
  @Test
  void theRestDoublesUpToAnHour() {
    Retry retry = new Retry(100, Duration.ofSeconds(2));

    assertThat(retry.rest(1)).isEqualTo(Duration.ofSeconds(2));
    assertThat(retry.rest(2)).isEqualTo(Duration.ofSeconds(4));
    assertThat(retry.rest(4)).isEqualTo(Duration.ofSeconds(16));
    assertThat(retry.rest(99)).isEqualTo(Duration.ofHours(1));
  }

  @Test
  void theFirstExecutionIsAnAttemptToo() {
    assertThat(Retry.NONE.allows(1)).isFalse();
    assertThat(new Retry(2, Duration.ZERO).allows(1)).isTrue();
    assertThat(new Retry(2, Duration.ZERO).allows(2)).isFalse();
  }
}
