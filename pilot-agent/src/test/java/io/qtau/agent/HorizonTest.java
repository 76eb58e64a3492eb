package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.Lane;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Priority;
import io.qtau.protocol.Shape;
import io.qtau.protocol.TaskDescription;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class HorizonTest {
  private static final Lane LANE = new Lane(Pool.SHARED, Shape.ONE_CORE, Priority.NORMAL, false);

  private final SettableClock clock = new SettableClock();
  private final Horizon horizon = new Horizon(clock, clock.in(100));

  private static TaskDescription timeout(int seconds) {
    return TaskDescription.exec("x").timeout(Duration.ofSeconds(seconds)).build();
  }

  private static TaskDescription named(String name) {
    return TaskDescription.exec("x").name(name).build();
  }

  @Test
  void aTaskFitsWhenItsTimeOutEndsBeforeTheMargin() {
    assertThat(horizon.fits(timeout(90), LANE)).isTrue();
    assertThat(horizon.fits(timeout(91), LANE)).isFalse();
    clock.passSeconds(80);
    assertThat(horizon.fits(timeout(10), LANE)).isTrue();
    assertThat(horizon.fits(timeout(11), LANE)).isFalse();
  }

  @Test
  void theMarginOfAShortAllocationIsAQuarterOfIt() {
    assertThat(new Horizon(clock, clock.in(8)).lastUs()).isEqualTo(clock.in(6));
    assertThat(new Horizon(clock, clock.in(-5)).lastUs()).isEqualTo(clock.in(-5));
  }

  @Test
  void withoutAnEndEverythingFits() {
    Horizon endless = new Horizon(clock, null);
    assertThat(endless.fits(timeout(1_000_000), LANE)).isTrue();
    assertThat(endless.lastUs()).isNull();
  }

  @Test
  void withoutATimeOutNineOfTenEarlierTasksOfTheNameTell() {
    TaskDescription task = named("energy");
    assertThat(horizon.fits(task, LANE)).as("unknown").isTrue();
    for (int i = 0; i < 19; i++) {
      horizon.ran(task, 60_000_000);
    }
    horizon.ran(task, 1_000_000);
    assertThat(horizon.fits(task, LANE)).isTrue();
    clock.passSeconds(31);
    assertThat(horizon.fits(task, LANE)).isFalse();
    assertThat(horizon.fits(named("other"), LANE)).isTrue();
    for (int i = 0; i < 20; i++) {
      horizon.ran(task, 1_000_000);
    }
    assertThat(horizon.fits(task, LANE)).as("it became faster").isTrue();
  }

  @Test
  void aLaneIsLookedIntoEverMoreRarelyWhileNothingFits() {
    assertThat(horizon.mayLook(LANE)).isTrue();
    horizon.fits(timeout(500), LANE);
    assertThat(horizon.mayLook(LANE)).isFalse();
    assertThat(horizon.passesOver()).containsExactly("qtau.task.shared.c1");
    clock.passSeconds(0.1);
    assertThat(horizon.mayLook(LANE)).isTrue();
    horizon.fits(timeout(500), LANE);
    horizon.fits(timeout(500), LANE);
    clock.passSeconds(0.19);
    assertThat(horizon.mayLook(LANE)).isFalse();
    clock.passSeconds(0.01);
    assertThat(horizon.mayLook(LANE)).isTrue();
    for (int i = 0; i < 10; i++) {
      horizon.fits(timeout(500), LANE);
      clock.passSeconds(5);
      assertThat(horizon.mayLook(LANE)).as("look " + i).isTrue();
    }
  }

  @Test
  void aTaskThatFitsOpensTheLaneAgain() {
    horizon.fits(timeout(500), LANE);
    horizon.fits(timeout(1), LANE);
    assertThat(horizon.mayLook(LANE)).isTrue();
    assertThat(horizon.passesOver()).isEmpty();
  }
}
