package io.qtau.broker;

import static io.qtau.protocol.PilotStanding.ACTIVE;
import static io.qtau.protocol.PilotStanding.DRAINING;
import static io.qtau.protocol.PilotStanding.ENDED;
import static io.qtau.protocol.PilotStanding.STOPPING;
import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.LeaveOrder;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.WhenItEnds;
import java.util.HashSet;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** When a pilot has ended, and when it only seems so. */
class PilotLifeTest {
  private static final PilotName PILOT = new PilotName("p");

  private final Set<String> connected = new HashSet<>();
  private @Nullable PilotRecord pilot;
  private long now = 1_000_000_000L;
  private long thereUs = now;

  private static String claims(int agent, String life) {
    return Addresses.claim(new AgentName(PILOT, agent), life + "0000000");
  }

  private void comes(int agent, String life) {
    comes(agent, life, null);
  }

  private void comes(int agent, String life, @Nullable Long ends) {
    connected.add(claims(agent, life));
    pilot =
        PilotLife.come(
            pilot,
            new AgentName(PILOT, agent),
            claims(agent, life),
            life + "1234567",
            new AgentPresence(
                new AgentName(PILOT, agent),
                false,
                WhenItEnds.TO_SHARED,
                ends == null ? null : Long.valueOf(ends - now)),
            now);
  }

  private void leaves(int agent, String life) {
    connected.remove(claims(agent, life));
    pilot = PilotLife.leave(known(), claims(agent, life), now);
  }

  private void isCutOff(int agent, String life) {
    connected.remove(claims(agent, life));
  }

  private void ordered(LeaveOrder.Word word) {
    ordered(word, null);
  }

  private void ordered(LeaveOrder.Word word, @Nullable String start) {
    String life = start == null ? null : start + "1234567";
    LeaveOrder order = new LeaveOrder("t", PILOT, word, null, null, life);
    pilot = PilotLife.order(pilot, order, connected::contains, now);
  }

  private void pass(int seconds) {
    if (known().claims().stream().anyMatch(connected::contains)) {
      thereUs = now + seconds * 1_000_000L;
    }
    now += seconds * 1_000_000L;
    pilot = PilotLife.look(known(), thereUs, now);
  }

  private PilotRecord known() {
    assertThat(pilot).isNotNull();
    return pilot;
  }

  private PilotStanding standing() {
    return known().standing();
  }

  @Test
  void itEndsWithItsLastAgentsLeave() {
    comes(0, "a");
    comes(1, "b");
    assertThat(known().whenItEnds()).isEqualTo(WhenItEnds.TO_SHARED);
    leaves(0, "a");
    assertThat(standing()).isEqualTo(ACTIVE);
    leaves(1, "b");
    assertThat(standing()).isEqualTo(ENDED);
    comes(0, "c");
    assertThat(standing()).as("another one of the name").isEqualTo(ACTIVE);
  }

  @Test
  void agentsThatAreCutOffOrRestartHaveNotLeft() {
    comes(0, "a");
    comes(1, "b");
    isCutOff(0, "a");
    leaves(1, "b");
    pass(100_000);
    assertThat(standing()).as("agent 0 may come back").isEqualTo(ACTIVE);
    comes(0, "c");
    assertThat(known().claims()).as("its earlier process is gone").hasSize(1);
    leaves(0, "c");
    assertThat(standing()).isEqualTo(ENDED);
  }

  @Test
  void whenItsTimeIsOverAndNobodyHasBeenThereForAWhileItHasEnded() {
    long ends = now + 60_000_000L;
    comes(0, "a", ends);
    isCutOff(0, "a");
    pass(60);
    assertThat(standing()).isEqualTo(ACTIVE);
    pass(1);
    assertThat(standing()).isEqualTo(ENDED);
    comes(0, "a", ends);
    assertThat(standing()).as("its agent reads that").isEqualTo(ENDED);
    assertThat(known().claims()).contains(claims(0, "a"));
  }

  @Test
  void oneThatIsConnectedBeyondItsTimeHasNotEnded() {
    comes(0, "a", now);
    pass(1000);
    assertThat(standing()).isEqualTo(ACTIVE);
  }

  @Test
  void anOrderHoldsForAgentsThatComeLater() {
    ordered(LeaveOrder.Word.DRAIN);
    pass(1000);
    assertThat(standing()).as("it waits in its scheduler's queue").isEqualTo(DRAINING);
    comes(0, "a");
    assertThat(standing()).isEqualTo(DRAINING);
    ordered(LeaveOrder.Word.STOP);
    assertThat(standing()).isEqualTo(STOPPING);
    ordered(LeaveOrder.Word.DRAIN);
    assertThat(standing()).as("never backwards").isEqualTo(STOPPING);
    leaves(0, "a");
    assertThat(standing()).isEqualTo(ENDED);
  }

  @Test
  void aDrainingPilotWhoseLastAgentsAreLostEnds() {
    comes(0, "a");
    comes(1, "b");
    ordered(LeaveOrder.Word.DRAIN);
    pass(1000);
    isCutOff(0, "a");
    leaves(1, "b");
    assertThat(standing()).as("agent 0 may be back at once").isEqualTo(DRAINING);
    pass(30);
    assertThat(standing()).isEqualTo(DRAINING);
    pass(1);
    assertThat(standing()).isEqualTo(ENDED);
  }

  @Test
  void aNewPilotHearsNothingOfAnEarlierOnesOrders() {
    comes(0, "a");
    ordered(LeaveOrder.Word.STOP);
    ordered(LeaveOrder.Word.BEGIN);
    assertThat(standing()).as("that one lives").isEqualTo(STOPPING);
    isCutOff(0, "a");
    ordered(LeaveOrder.Word.BEGIN);
    assertThat(standing()).isEqualTo(ACTIVE);
    assertThat(known().claims()).isEmpty();
  }

  private boolean hasEndedFor(String start) {
    return known().hasEndedFor(new PilotLogin(PILOT, start + "1234567"));
  }

  @Test
  void itsLoginsEndWithItAndNotThoseOfTheNext() {
    ordered(LeaveOrder.Word.BEGIN, "a");
    comes(0, "a");
    ordered(LeaveOrder.Word.BEGIN, "b");
    leaves(0, "a");
    assertThat(hasEndedFor("a")).isTrue();
    assertThat(hasEndedFor("b")).as("it was let in while the other one lived").isFalse();
    comes(0, "b");
    assertThat(hasEndedFor("a")).as("it is not the pilot's any more").isFalse();
    leaves(0, "b");
    assertThat(hasEndedFor("b")).isTrue();
  }

  @Test
  void aStartThatNoAgentCameOfEndsWithItsLogin() {
    ordered(LeaveOrder.Word.BEGIN, "a");
    ordered(LeaveOrder.Word.BEGIN, "a");
    ordered(LeaveOrder.Word.ENDED, "a");
    assertThat(hasEndedFor("a")).isTrue();
    ordered(LeaveOrder.Word.BEGIN, "b");
    ordered(LeaveOrder.Word.ENDED, "a");
    assertThat(standing()).as("that is another one").isEqualTo(ACTIVE);
  }

  @Test
  void whoseAllocationIsOverHasEndedUnlessItIsThereOrAnotherOne() {
    comes(0, "a");
    ordered(LeaveOrder.Word.OVER, "a");
    assertThat(standing()).as("its agent is connected").isEqualTo(ACTIVE);
    isCutOff(0, "a");
    ordered(LeaveOrder.Word.OVER, "b");
    assertThat(standing()).isEqualTo(ACTIVE);
    ordered(LeaveOrder.Word.OVER, "a");
    assertThat(standing()).isEqualTo(ENDED);
    assertThat(hasEndedFor("a")).isTrue();
  }

  @Test
  void whoSaysThatItHasEndedIsBelieved() {
    comes(0, "a");
    isCutOff(0, "a");
    ordered(LeaveOrder.Word.ENDED);
    assertThat(standing()).isEqualTo(ENDED);
    assertThat(known().at()).isEqualTo(now);
  }
}
