package io.qtau.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class TaskStateTest {
  @Test
  void aLateNewsDoesNotMoveATaskBack() {
    assertThat(TaskState.RUNNING.advance(TaskState.TAKEN)).isEqualTo(TaskState.RUNNING);
    assertThat(TaskState.TAKEN.advance(TaskState.ENDED)).isEqualTo(TaskState.ENDED);
    assertThat(TaskStatus.DEAD.state()).isEqualTo(TaskState.ENDED);
  }
}
