package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.launcher.AllocationState.Phase;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SchedulerAnswersTest {
  private static final Duration INTERVAL = Duration.ofSeconds(30);

  @TempDir Path dir;
  private Instant now = Instant.ofEpochSecond(1_000_000);
  private int questions;
  private String trouble;
  private Phase phase = Phase.PENDING;

  private SchedulerAnswers.Answers get() throws Exception {
    // Each time another one, as in another command.
    return new SchedulerAnswers(dir.resolve("answers"), INTERVAL, () -> now).get(this::ask);
  }

  private Map<String, AllocationState> ask() throws Scheduler.NoAnswer {
    questions++;
    if (trouble != null) {
      throw new Scheduler.NoAnswer(trouble);
    }
    return Map.of("7", new AllocationState(phase, "why"));
  }

  @Test
  void theSchedulerIsAskedOnceInAWhileHoweverOftenSomebodyLooks() throws Exception {
    for (int look = 0; look < 100; look++) {
      assertThat(get().of("7")).isEqualTo(new AllocationState(Phase.PENDING, "why"));
      now = now.plusMillis(290);
    }
    assertThat(questions).isEqualTo(1);
    phase = Phase.RUNNING;
    now = now.plusSeconds(1);
    assertThat(get().of("7").phase()).isEqualTo(Phase.RUNNING);
    assertThat(questions).isEqualTo(2);
  }

  @Test
  void oneThatDoesNotAnswerIsAskedLessOftenAndItsLastAnswerStands() throws Exception {
    get();
    trouble = "no controller";
    for (int look = 0; look < 3600; look++) {
      now = now.plusSeconds(1);
      SchedulerAnswers.Answers answers = get();
      assertThat(answers.of("7").phase()).isEqualTo(Phase.PENDING);
      assertThat(answers.trouble() == null).isEqualTo(look < 29);
    }
    // After 30, 60, 120, and then each 240 seconds.
    assertThat(questions).isEqualTo(1 + 1 + 3 + (3600 - 30 - 60 - 120 - 240) / 240);
    trouble = null;
    now = now.plusSeconds(240);
    assertThat(get().trouble()).isNull();
    assertThat(get().failures()).isZero();
  }

  @Test
  void aFileThatIsHalfWrittenCountsAsNone() throws Exception {
    get();
    Files.writeString(dir.resolve("answers"), "{\"asked\":1795");
    assertThat(get().of("7")).isNotNull();
    assertThat(questions).isEqualTo(2);
  }

  @Test
  void aClockThatWentBackStopsNobody() throws Exception {
    get();
    now = now.minusSeconds(3600);
    get();
    assertThat(questions).isEqualTo(2);
  }
}
