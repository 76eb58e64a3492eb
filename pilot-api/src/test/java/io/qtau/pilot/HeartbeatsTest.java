package io.qtau.pilot;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.launcher.PilotPhase;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class HeartbeatsTest {
  private static final Heartbeats HEARTBEATS =
      Heartbeats.of(
          List.of(
              agent("b.0", "READY"),
              agent("a.1", "DRAINING"),
              agent("a.2", "DONE"),
              agent("a.0", "READY")));

  private static AgentState agent(String name, String state) {
    AgentName agent = AgentName.parse(name);
    return new AgentState(agent, state, "ssh://h", "h", 7, 2000, 1000, List.of(), 1, 1_000_000L, 0);
  }

  @Test
  void whoHasLeftIsNotAmongThem() {
    assertThat(HEARTBEATS.of(new PilotName("a")))
        .extracting(agent -> agent.agent().toString())
        .containsExactly("a.0", "a.1");
    assertThat(HEARTBEATS.of(new PilotName("c"))).isEmpty();
  }

  @Test
  void aPilotOfAnotherHomeIsListedAsItsAgentsSay() throws IOException {
    List<PilotState> all = PilotStates.all(Map.of(), HEARTBEATS);
    assertThat(all).extracting(pilot -> pilot.name().value()).containsExactly("a", "b");
    PilotState one = all.get(0);
    assertThat(one.phase()).as("one of its agents takes tasks").isEqualTo(PilotPhase.READY);
    assertThat(one.resource()).isEqualTo("ssh://h");
    assertThat(one.ends()).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(one.nodes()).isNull();
    assertThat(one.agents()).hasSize(2);
  }
}
