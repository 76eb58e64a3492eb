package io.qtau.broker;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class PruningTest {
  private static final SessionName NAME = new SessionName("s");
  private static final SessionRecord SEALED = new SessionRecord.Sent(NAME, "w", 3, 1, true);
  private static final SessionRecord OPEN = new SessionRecord.Sent(NAME, "v", 0, 1, false);
  private static final SessionRecord READ = new SessionRecord.Read(NAME, 3, 0, "r");

  private static long micros(Duration duration) {
    return duration.toNanos() / 1000;
  }

  @Test
  void aFinishedSessionStaysForADay() {
    List<SessionRecord> finished = List.of(SEALED, READ);
    assertThat(Pruning.isOver(finished, 0, micros(Duration.ofHours(23)))).isFalse();
    assertThat(Pruning.isOver(finished, 0, micros(Duration.ofHours(25)))).isTrue();
    assertThat(Pruning.isOver(finished, 1, micros(Duration.ofHours(25)))).isFalse();
  }

  @Test
  void anUnfinishedSessionStaysForThirtyDays() {
    List<SessionRecord> unfinished = List.of(SEALED, OPEN, READ);
    assertThat(Pruning.isOver(unfinished, 0, micros(Duration.ofDays(29)))).isFalse();
    assertThat(Pruning.isOver(unfinished, 0, micros(Duration.ofDays(31)))).isTrue();
  }
}
