package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.Survey;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.FoundTask;
import io.qtau.protocol.FoundTask.Place;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** What is told of tasks on several nodes. */
class GangExplanationTest {
  private static final SessionName SESSION = new SessionName("s");
  private static final String TWO_NODES = "qtau.task.shared.c2.n2";

  private static AgentState agent(String name, int cores, int free, @Nullable String keepsFor) {
    return new AgentState(
        AgentName.parse(name),
        "READY",
        "slurm://",
        "host",
        1,
        cores * 1000,
        free * 1000,
        List.of(),
        0,
        null,
        0,
        List.of(),
        null,
        null,
        null,
        keepsFor == null ? null : new TaskKey(SESSION, new TaskId(keepsFor)),
        false,
        List.of());
  }

  private static Explanation of(String queue, Place place, AgentState... agents) {
    FoundTask task =
        new FoundTask(
            SESSION, new TaskId("t"), 0, "mpi", queue, place, 1, 1, 0, 90_000_000L, null, null);
    Survey survey = new Survey(List.of(), List.of(agents), List.of(), List.of(task), List.of());
    return Explanation.of(TaskView.of(survey).get(0), 0, survey, Instant.ofEpochSecond(100));
  }

  @Test
  void aPilotWithTooFewNodesCannotRunIt() {
    Explanation told =
        of(
            TWO_NODES,
            Place.WAITING,
            agent("a.0", 2, 2, null),
            agent("b.0", 2, 2, null),
            agent("b.1", 1, 1, null));
    assertThat(told.agents())
        .extracting(Explanation.Reason::reason)
        .containsExactly(
            "too few nodes: needs 2 at once, and pilot a has 1 that could take part",
            "too few nodes: needs 2 at once, and pilot b has 1 that could take part",
            "too wide: needs 2 cores, it has 1 core");
  }

  @Test
  void theHeadTakesItAndTheOthersTakePart() {
    Explanation told =
        of(TWO_NODES, Place.WAITING, agent("a.1", 2, 2, null), agent("a.0", 2, 1, null));
    assertThat(told.agents())
        .extracting(Explanation.Reason::reason)
        .containsExactly(
            "could take part; a.0, the head of its pilot, takes such tasks",
            "not enough free: needs 2 cores, 1 core of 2 cores free while 0 tasks run");
  }

  @Test
  void whileItsNodesAreGatheredItIsToldWhichItWaitsFor() {
    Explanation told =
        of(
            "qtau.claim.a.0.0123abcd",
            Place.HELD,
            agent("a.0", 2, 0, null),
            agent("a.1", 2, 1, "t"),
            agent("a.2", 2, 1, "other"));
    assertThat(told.why())
        .isEqualTo("is with a.0, which gathers its nodes; slots are being kept for it on a.1");
  }
}
