package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.Survey;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.FoundTask;
import io.qtau.protocol.FoundTask.Place;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.WhenItEnds;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is told of a task that waits, against agents of every kind. */
class ExplanationTest {
  private static final SessionName SESSION = new SessionName("s");
  private static final Instant NOW = Instant.ofEpochSecond(100);
  private static final String ONE_CORE = "qtau.task.shared.c1";

  private static FoundTask task(String id, String queue, Place place, int position) {
    Long rests = place == Place.RESTING ? Long.valueOf(200_000_000) : null;
    return new FoundTask(
        SESSION, new TaskId(id), 0, "exec", queue, place, position, 1, 0, 90_000_000L, rests, null);
  }

  private static FoundTask result(String id) {
    return new FoundTask(
        SESSION,
        new TaskId(id),
        0,
        "exec",
        "qtau.result.s",
        Place.WAITING,
        1,
        1,
        0,
        null,
        null,
        TaskStatus.FAILED);
  }

  private static AgentState agent(String name, String state, int cores, int free, String... runs) {
    return new AgentState(
        AgentName.parse(name),
        state,
        "local://",
        "host",
        1,
        cores * 1000,
        free * 1000,
        List.of(runs).stream()
            .map(id -> new AgentState.Attempt(SESSION, new TaskId(id), 1, 0))
            .toList(),
        cores - free,
        null,
        0);
  }

  static Survey survey() {
    return new Survey(
        List.of(),
        List.of(
            agent("small.0", "READY", 2, 1, "held"),
            agent("busy.0", "READY", 8, 0),
            agent("leaving.0", "DRAINING", 8, 8),
            agent("gone.0", "DONE", 8, 8)),
        List.of(
            new PilotRecord(
                new PilotName("over"),
                PilotStanding.ENDED,
                WhenItEnds.FAIL,
                null,
                List.of(),
                List.of(),
                0)),
        List.of(
            task("first", ONE_CORE, Place.WAITING, 1),
            task("third", ONE_CORE, Place.WAITING, 3),
            task("wide", "qtau.task.shared.c8", Place.WAITING, 1),
            task("gpu", "qtau.task.shared.c1.g2", Place.WAITING, 1),
            task("own", "qtau.task.small.c1", Place.WAITING, 1),
            task("ended-own", "qtau.task.over.c1", Place.WAITING, 1),
            task("nobodys", "qtau.task.nobody.c1", Place.WAITING, 1),
            task("suspect", ONE_CORE + ".suspect", Place.WAITING, 1),
            task("rests", ONE_CORE, Place.RESTING, 0),
            task("held", ONE_CORE, Place.HELD, 0),
            task("taken", ONE_CORE, Place.HELD, 0),
            task("claimed", "qtau.claim.busy.0.0123abcd", Place.HELD, 0),
            task("ended", ONE_CORE, Place.HELD, 0),
            result("ended"),
            task("dead", "qtau.dead", Place.WAITING, 1)),
        List.of());
  }

  private static Explanation of(String id) {
    return of(id, survey());
  }

  private static Explanation of(String id, Survey survey) {
    TaskView task =
        TaskView.of(survey).stream().filter(view -> view.id().equals(id)).findFirst().orElseThrow();
    return Explanation.of(task, 0, survey, NOW);
  }

  private static String reason(String id, String agent) {
    return of(id).agents().stream()
        .filter(reason -> reason.agent().equals(agent))
        .map(Explanation.Reason::reason)
        .findFirst()
        .orElseThrow();
  }

  @Test
  void eachAgentHasItsOwnReason() {
    assertThat(reason("first", "small.0")).isEqualTo("could run it, and is about to take it");
    assertThat(reason("third", "small.0")).contains("2 are before it");
    assertThat(reason("first", "busy.0")).contains("not enough free", "0 cores of 8 cores free");
    assertThat(reason("first", "leaving.0")).startsWith("draining");
    assertThat(reason("wide", "small.0")).isEqualTo("too wide: needs 8 cores, it has 2 cores");
    assertThat(reason("wide", "busy.0")).startsWith("not enough free");
    assertThat(reason("gpu", "busy.0")).isEqualTo("it does not offer 2 GPUs");
    assertThat(reason("own", "busy.0")).startsWith("other pool");
    assertThat(reason("own", "small.0")).startsWith("could run it");
    assertThat(reason("suspect", "small.0")).startsWith("suspect lane");
    assertThat(of("first").agents()).extracting(Explanation.Reason::agent).doesNotContain("gone.0");
  }

  @Test
  void aTaskForOnePilotAloneIsToldOfThatPilot() {
    assertThat(of("nobodys").why()).contains("for pilot nobody alone", "not there yet");
    assertThat(of("ended-own").why())
        .contains("ended at 1970-01-01T00:00:00Z", "what is left fails with PilotEnded");
    assertThat(of("own").why()).doesNotContain("alone");
    assertThat(of("first").why()).doesNotContain("alone");
  }

  @Test
  void whatDoesNotFitBeforeAPilotsEndIsTold() {
    AgentState near =
        new AgentState(
            AgentName.parse("near.0"),
            "READY",
            "local://",
            "host",
            1,
            1000,
            1000,
            List.of(),
            0,
            60_000_000L,
            0,
            List.of(ONE_CORE),
            null,
            null,
            null,
            null,
            false,
            List.of());
    Survey survey = new Survey(List.of(), List.of(near), List.of(), survey().tasks(), List.of());
    assertThat(of("first", survey).agents())
        .extracting(Explanation.Reason::reason)
        .singleElement()
        .asString()
        .startsWith("does not fit before the pilot's end, 1970-01-01T00:01:00Z");
  }

  @Test
  void aPilotThatTakesItsOwnTasksOnlyIsTold() {
    AgentState own =
        new AgentState(
            AgentName.parse("small.0"),
            "READY",
            "local://",
            "host",
            1,
            1000,
            1000,
            List.of(),
            0,
            null,
            0,
            List.of(),
            null,
            null,
            null,
            null,
            true,
            List.of());
    Survey survey = new Survey(List.of(), List.of(own), List.of(), survey().tasks(), List.of());
    assertThat(of("first", survey).agents())
        .extracting(Explanation.Reason::reason)
        .containsExactly("own pool only: its pilot takes no shared tasks");
    assertThat(of("own", survey).agents())
        .extracting(Explanation.Reason::reason)
        .singleElement()
        .asString()
        .startsWith("could run it");
  }

  @Test
  void whatDoesNotWaitIsTold() {
    assertThat(of("rests").why()).contains("1970-01-01T00:03:20Z");
    assertThat(of("held").why()).isEqualTo("runs on small.0, attempt 1");
    assertThat(of("taken").why()).contains("taken by an agent just now");
    assertThat(of("claimed").why()).contains("runs on busy.0");
    assertThat(of("ended").why()).contains("FAILED", "nobody has read");
    assertThat(of("dead").why()).contains("dead show");
    assertThat(of("held").agents()).isEmpty();
  }

  @Test
  void withoutAPilotThatIsTheReason() {
    Survey alone = new Survey(List.of(), List.of(), List.of(), survey().tasks(), List.of());
    assertThat(of("first", alone).why()).contains("10 s ago", "no pilot is connected");
  }
}
