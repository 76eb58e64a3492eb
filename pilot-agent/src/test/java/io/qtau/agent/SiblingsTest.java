package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.Capacity;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SiblingsTest {
  private static final AgentName ZERO = AgentName.parse("p.0");
  private static final AgentName ONE = AgentName.parse("p.1");
  private static final AgentName TWO = AgentName.parse("p.2");
  private static final Needs TWO_CORES = Needs.ofCores(2000);

  private final AtomicLong now = new AtomicLong(1);

  private Siblings of(AgentName own) {
    return new Siblings(own, now::get);
  }

  private void pass(int seconds) {
    now.addAndGet(TimeUnit.SECONDS.toNanos(seconds));
  }

  @Test
  void theLowestThatIsHeardOfIsTheHead() {
    assertThat(of(ZERO).isHead()).isTrue();
    Siblings two = of(TWO);
    assertThat(two.isHead()).isFalse();
    two.headIs(ONE);
    pass(4);
    assertThat(two.head()).isEqualTo(ONE);
    pass(4);
    assertThat(two.isHead()).as("nobody was heard for long").isTrue();
    assertThat(two.head()).isNull();
    two.headIs(ZERO);
    assertThat(two.isHead()).isFalse();
    assertThat(two.head()).isEqualTo(ZERO);
    two.headIs(AgentName.parse("p.7"));
    assertThat(two.head()).isEqualTo(ZERO);
  }

  @Test
  void whoIsNotHeardOfTakesNoPart() {
    Siblings zero = of(ZERO);
    zero.isHere(TWO, Capacity.ofCores(4000), Capacity.ofCores(4000));
    zero.isHere(ONE, Capacity.ofCores(4000), Capacity.ofCores(1000));
    zero.isHere(AgentName.parse("p.3"), Capacity.ofCores(1000), Capacity.ofCores(1000));
    assertThat(zero.able(TWO_CORES)).as("free ones first").containsExactly(TWO, ONE);
    assertThat(zero.areEnough(TWO_CORES, 3)).isFalse();
    zero.isGone(ONE);
    assertThat(zero.able(TWO_CORES)).containsExactly(TWO);
    pass(6);
    assertThat(zero.able(TWO_CORES)).isEmpty();
  }
}
