package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.Lane;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Priority;
import io.qtau.protocol.Shape;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class TurnsTest {
  private static final Lane HIGH = lane(Priority.HIGH);
  private static final Lane NORMAL = lane(Priority.NORMAL);
  private static final Lane LOW = lane(Priority.LOW);

  private final Turns turns = new Turns();

  private static Lane lane(Priority priority) {
    return new Lane(Pool.SHARED, Shape.ONE_CORE, priority, false);
  }

  private Lane next(List<Lane> lanes) throws InterruptedException {
    for (Lane lane : lanes) {
      if (turns.await(lane, 1)) {
        return lane;
      }
    }
    throw new AssertionError("nobody's turn");
  }

  @Test
  void eachPriorityHasItsShareInAnyOrderOfAsking() throws Exception {
    for (List<Lane> order : List.of(List.of(HIGH, NORMAL, LOW), List.of(LOW, NORMAL, HIGH))) {
      order.forEach(turns::opened);
      Map<Priority, Integer> starts = new EnumMap<>(Priority.class);
      for (int i = 0; i < 2000; i++) {
        Lane lane = next(order);
        turns.came(lane);
        starts.merge(lane.priority(), 1, Integer::sum);
      }
      assertThat(starts.get(Priority.HIGH)).isBetween(1650, 1750);
      assertThat(starts.get(Priority.NORMAL)).isBetween(170, 230);
      assertThat(starts.get(Priority.LOW)).isBetween(80, 120);
    }
  }

  @Test
  void whatIsEmptyHoldsNobodyUp() throws Exception {
    turns.opened(HIGH);
    turns.opened(LOW);
    assertThat(turns.await(LOW, 1)).isFalse();
    turns.empty(HIGH);
    assertThat(turns.await(LOW, 1)).isTrue();
    turns.came(HIGH);
    assertThat(turns.await(LOW, 1)).isFalse();
    assertThat(turns.await(HIGH, 1)).isTrue();
  }

  @Test
  void aLowerLaneThatWasEmptyLooksAgainWhenItIsDue() throws Exception {
    turns.opened(HIGH);
    turns.empty(LOW);
    for (int i = 0; i < 19; i++) {
      assertThat(turns.await(LOW, 1)).isFalse();
      turns.came(HIGH);
    }
    assertThat(turns.await(LOW, 1)).isTrue();
    assertThat(turns.await(HIGH, 1)).as("it does not wait for what may be empty").isTrue();
  }
}
