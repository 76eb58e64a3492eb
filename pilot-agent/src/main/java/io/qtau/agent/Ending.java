package io.qtau.agent;

import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskResult;

/** What the end of an attempt means for its task. */
sealed interface Ending {
  ResultKey key();

  /** Whether it is also the ending of a delivery that comes later. */
  boolean fits(Delivery delivery);

  /** The task is over. */
  record Over(TaskResult result) implements Ending {
    @Override
    public ResultKey key() {
      return result.key();
    }

    @Override
    public boolean fits(Delivery delivery) {
      return true;
    }
  }

  /** The task waits for another attempt, here or elsewhere. */
  record Again(ResultKey key, Copy copy) implements Ending {
    @Override
    public boolean fits(Delivery delivery) {
      return delivery.attempt() < copy.attempt();
    }
  }
}
