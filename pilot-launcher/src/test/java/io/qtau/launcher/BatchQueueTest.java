package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.api.Test;

class BatchQueueTest {
  @Test
  void anEndIsHeardOfSoonAndASchedulerIsNotAskedAllTheTime() {
    Duration patience = Duration.ofSeconds(90);
    Duration at = Duration.ZERO;
    Duration pause = Duration.ofMillis(100);
    int questions = 0;
    while (at.compareTo(patience) < 0) {
      at = at.plus(pause);
      questions++;
      pause = BatchQueue.next(pause, patience.minus(at));
      assertThat(pause).as("after %s", at).isLessThan(at.dividedBy(3).plusMillis(200));
    }
    assertThat(questions).isLessThan(30);
    assertThat(at).isLessThan(patience.plusMillis(200));
  }
}
