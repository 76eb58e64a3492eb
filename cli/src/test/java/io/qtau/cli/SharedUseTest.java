package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Capacity;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Three licences that two agents share. */
class SharedUseTest {
  private static AgentState agent(String name, int tasks) {
    Capacity total =
        new Capacity(4000, 0, 0, Map.of("license:x", 3), Set.of(), Set.of("license:x"));
    AgentState.Holding one =
        new AgentState.Holding(1000, List.of(), 0, List.of(), 0, Map.of("license:x", 1));
    List<AgentState.Attempt> running =
        IntStream.range(0, tasks)
            .mapToObj(
                i ->
                    new AgentState.Attempt(
                        new SessionName("s"), new TaskId(name + "-" + i), 1, 0, one))
            .toList();
    return new AgentState(
        AgentName.parse(name),
        "READY",
        null,
        "host",
        1,
        4000,
        4000 - 1000 * tasks,
        running,
        tasks,
        null,
        0,
        List.of(),
        total,
        total,
        null,
        null,
        false,
        List.of());
  }

  private static List<String> inUse(int wanted, int one, int other) {
    return SharedUse.inUse(
        Map.of("license:x", wanted), List.of(agent("p1.0", one), agent("p2.0", other)));
  }

  @Test
  void whoHasThemIsToldWhenThereAreTooFewLeft() {
    assertThat(inUse(1, 2, 1))
        .containsExactly(
            "all are in use of the 3 license:x that all pilots share (p1.0: 2, p2.0: 1)");
    assertThat(inUse(2, 2, 0))
        .containsExactly("2 are in use of the 3 license:x that all pilots share (p1.0: 2)");
  }

  @Test
  void nothingIsSaidOfWhatIsLeftOrCanNeverBe() {
    assertThat(inUse(1, 1, 1)).isEmpty();
    assertThat(inUse(4, 3, 0)).isEmpty();
    assertThat(SharedUse.inUse(Map.of("qpu:own", 1), List.of(agent("p1.0", 3)))).isEmpty();
  }
}
