package io.qtau.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.TaskResult;
import java.util.List;
import org.junit.jupiter.api.Test;

class SeenResultsTest {
  private final SeenResults seen = new SeenResults();
  private final TaskResult a = FakeAgent.success("s", "a");
  private final TaskResult b = FakeAgent.success("s", "b");

  @Test
  void aKeyThatComesTwiceInOneGroupIsOneResult() {
    assertThat(seen.sort(List.of(a, b, a))).containsExactly(a, b);
    assertThat(seen.sort(List.of(a))).isEmpty();
    assertThat(seen.group()).containsExactly(a, b);
  }

  @Test
  void afterAFailedCommitItIsCountedButNotRecordedAgain() {
    seen.recorded(seen.sort(List.of(a)));
    seen.uncount();
    assertThat(seen.group()).isEmpty();
    assertThat(seen.sort(List.of(a, b))).containsExactly(b);
    assertThat(seen.group()).containsExactly(a, b);
  }

  @Test
  void afterACommitItIsNeitherRecordedNorCountedAgain() {
    seen.recorded(seen.sort(List.of(a)));
    seen.counted();
    assertThat(seen.sort(List.of(a))).isEmpty();
    assertThat(seen.group()).isEmpty();
  }
}
