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
    var group = seen.sort(List.of(a, b, a));
    assertThat(group.fresh()).containsExactly(a, b);
    assertThat(group.toCount()).containsExactly(a, b);
  }

  @Test
  void afterAFailedCommitItIsCountedButNotRecordedAgain() {
    seen.recorded(seen.sort(List.of(a)).fresh());
    var again = seen.sort(List.of(a, b));
    assertThat(again.fresh()).containsExactly(b);
    assertThat(again.toCount()).containsExactly(a, b);
  }

  @Test
  void afterACommitItIsNeitherRecordedNorCountedAgain() {
    seen.recorded(seen.sort(List.of(a)).fresh());
    seen.counted();
    var again = seen.sort(List.of(a));
    assertThat(again.fresh()).isEmpty();
    assertThat(again.toCount()).isEmpty();
  }
}
