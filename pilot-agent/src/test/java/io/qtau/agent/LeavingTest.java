package io.qtau.agent;

import static io.qtau.agent.Leaving.Phase.DRAINING;
import static io.qtau.agent.Leaving.Phase.GIVING_BACK;
import static io.qtau.agent.Leaving.Phase.WORKING;
import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.LeaveRules;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class LeavingTest {
  private static final long BUSY = Long.MAX_VALUE;

  private final SettableClock clock = new SettableClock();

  private Leaving endsIn(int seconds, LeaveRules rules) {
    long ends = clock.in(seconds);
    return new Leaving(clock, ends, new Horizon(clock, ends).lastUs(), rules);
  }

  private Leaving endless(LeaveRules rules) {
    return new Leaving(clock, null, null, rules);
  }

  @Test
  void nearItsEndItDrainsAndThenGivesBack() {
    Leaving leaving = endsIn(100, LeaveRules.NONE);
    clock.passSeconds(69);
    assertThat(leaving.phase(BUSY)).isEqualTo(WORKING);
    assertThat(leaving.quiet(BUSY, Duration.ofSeconds(2))).isBetween(sec(1), sec(1).plusMillis(1));
    clock.passSeconds(1);
    assertThat(leaving.phase(BUSY)).isEqualTo(DRAINING);
    clock.passSeconds(20);
    assertThat(leaving.phase(BUSY)).isEqualTo(GIVING_BACK);
    assertThat(leaving.reason()).contains("end of its allocation");
  }

  @Test
  void howLongItDrainsCanBeSaid() {
    Leaving leaving = endsIn(100, new LeaveRules(null, null, 60.0));
    clock.passSeconds(40);
    assertThat(leaving.phase(BUSY)).isEqualTo(DRAINING);
    Leaving atOnce = endsIn(100, new LeaveRules(null, null, 0.0));
    clock.passSeconds(89);
    assertThat(atOnce.phase(BUSY)).isEqualTo(WORKING);
    clock.passSeconds(1);
    assertThat(atOnce.phase(BUSY)).isEqualTo(GIVING_BACK);
  }

  @Test
  void aSignalFarFromTheEndGivesBackAtOnce() {
    Leaving leaving = endsIn(3600, LeaveRules.NONE);
    leaving.terminated();
    assertThat(leaving.phase(BUSY)).isEqualTo(GIVING_BACK);
    Leaving unknown = endless(LeaveRules.NONE);
    unknown.terminated();
    assertThat(unknown.phase(BUSY)).isEqualTo(GIVING_BACK);
  }

  @Test
  void aSignalNearTheEndLetsWhatRunsGoOnForTwentySeconds() {
    Leaving leaving = endsIn(100, LeaveRules.NONE);
    leaving.terminated();
    assertThat(leaving.phase(BUSY)).isEqualTo(DRAINING);
    clock.passSeconds(19);
    assertThat(leaving.phase(BUSY)).isEqualTo(DRAINING);
    clock.passSeconds(1);
    assertThat(leaving.phase(BUSY)).isEqualTo(GIVING_BACK);
  }

  @Test
  void withoutWorkItLeavesWhenThatWasSaid() {
    Leaving leaving = endless(new LeaveRules(null, 5.0, null));
    long since = clock.getAsLong();
    clock.passSeconds(4);
    assertThat(leaving.phase(since)).isEqualTo(WORKING);
    assertThat(leaving.quiet(since, Duration.ofSeconds(2))).isLessThan(Duration.ofMillis(1100));
    assertThat(leaving.phase(BUSY)).isEqualTo(WORKING);
    clock.passSeconds(1);
    assertThat(leaving.phase(BUSY)).isEqualTo(WORKING);
    assertThat(leaving.phase(since)).isEqualTo(DRAINING);
    assertThat(endless(LeaveRules.NONE).phase(since)).isEqualTo(WORKING);
  }

  @Test
  void aBrokerThatIsAwayIsTriedForThreeSecondsMore() {
    Leaving leaving = endless(LeaveRules.NONE);
    assertThat(leaving.isOverdue()).isFalse();
    leaving.giveBack("why");
    clock.passSeconds(3);
    assertThat(leaving.isOverdue()).isFalse();
    clock.passSeconds(0.1);
    assertThat(leaving.isOverdue()).isTrue();
  }

  @Test
  void itNeverGoesBackAPhaseAndTheFirstReasonStands() {
    Leaving leaving = endless(LeaveRules.NONE);
    leaving.giveBack("first");
    leaving.drain("second");
    assertThat(leaving.phase(BUSY)).isEqualTo(GIVING_BACK);
    assertThat(leaving.reason()).isEqualTo("first");
  }

  private static Duration sec(int seconds) {
    return Duration.ofSeconds(seconds);
  }
}
