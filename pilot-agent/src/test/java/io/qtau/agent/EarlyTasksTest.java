package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class EarlyTasksTest {
  private final EarlyTasks early = new EarlyTasks();

  @Test
  void manyInARowAreEnough() {
    for (int i = 1; i < 500; i++) {
      assertThat(early.isEnough(1000)).isFalse();
    }
    assertThat(early.isEnough(1000)).isTrue();
  }

  @Test
  void oneThatMayStartIsReasonToGoOn() {
    for (int i = 0; i < 2000; i++) {
      assertThat(early.isEnough(i % 400 == 399 ? 0 : 1000)).isFalse();
    }
  }
}
