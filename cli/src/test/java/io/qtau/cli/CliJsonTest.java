package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.networknt.schema.InputFormat;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import io.qtau.cli.bench.RoundTrips;
import io.qtau.collector.StageRow;
import io.qtau.collector.Summary;
import io.qtau.launcher.PilotPhase;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.Capacity;
import io.qtau.protocol.Loss;
import io.qtau.protocol.QueueState;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What the commands print is what {@code docs/cli-json.md} says. */
class CliJsonTest {
  private static final StageRow TOTAL = new StageRow("total", 3, 1, 2, 3, 4, 5, 6, 2.5);
  private static final Summary SUMMARY =
      new Summary(
          Map.of(TaskStatus.SUCCESS, 2L, TaskStatus.FAILED, 1L), 3, 0, 0, 0, List.of(TOTAL));

  private static final AgentState.Attempt RUNS =
      new AgentState.Attempt(
          new SessionName("s"),
          new TaskId("t"),
          1,
          5,
          new AgentState.Holding(
              1000, List.of(3), 500, List.of("GPU-a"), 2048, Map.of("license:gurobi", 1)));

  @Test
  void aRunIsAsDocumented() throws Exception {
    check("run", run(Tally.counts(SUMMARY), Instant.now(), 2));
    check("run", run(null, null, null));
  }

  private static RunRecord run(Map<String, Long> counts, Instant ended, Integer cores) {
    return new RunRecord(
        "s",
        ended == null ? RunRecord.UNFINISHED : RunRecord.FINISHED,
        "tcp://127.0.0.1:5",
        4,
        counts,
        1,
        0,
        1,
        0,
        0.25,
        Instant.now(),
        ended,
        cores,
        "1",
        "out",
        List.of(TOTAL));
  }

  @Test
  void cancellationsAndDeadTasksAreAsDocumented() throws Exception {
    check("canceled", new CancelCommand.Canceled("s", 1, 0, null));
    check("canceled", new CancelCommand.Canceled("s", 1, 0, 2L));
    Loss loss = new Loss(1, AgentName.parse("p.0"), "host", 5, null);
    check("dead", new DeadCommand.Dead("s", "t", 0, "exec", 1, List.of(loss), Instant.now(), "{}"));
    check("dead", new DeadCommand.Dead("s", "t", 0, "exec", 0, List.of(), null, null));
    check("dead-moved", new DeadCommand.Moved("replayed", 2));
  }

  @Test
  void lanesTasksAndExplanationsAreAsDocumented() throws Exception {
    check("lane", LanesCommand.Lane.of(new QueueState("qtau.task.shared.c1", 3, 1, 1, 2, 5L)));
    check("lane", LanesCommand.Lane.of(new QueueState("qtau.dead", 0, 0, 0, 0, null)));
    for (TaskView view : TaskView.of(ExplanationTest.survey())) {
      check("task", view);
      check("explanation", Explanation.of(view, 0, ExplanationTest.survey(), Instant.now()));
    }
  }

  @Test
  void aBrokerIsAsDocumented() throws Exception {
    check("broker", new BrokerState(true, 1, "tcp://127.0.0.1:5", false, null, "/c", "/d"));
    check("broker", BrokerState.NOT_RUNNING);
    assertThat(JsonOutput.line(BrokerState.NOT_RUNNING)).isEqualTo("{\"running\":false}");
  }

  @Test
  void aPilotIsAsDocumented() throws Exception {
    var agent =
        new PilotView.Agent(
            "p.0",
            "host",
            1,
            2.0,
            0.5,
            3,
            Capacity.ofCores(2000),
            "a test",
            List.of(RUNS),
            List.of(new AgentState.Workers("python3, threads 1", 1, 2, 300)));
    check("pilot", pilot(PilotPhase.READY, "17", List.of(agent)));
    for (PilotPhase phase : PilotPhase.values()) {
      check("pilot", pilot(phase, null, List.of()));
    }
    check("drained", new PilotDrain.Drained("p", "DRAINING", 1));
    check("said", new PilotLog.Line("p.0", "/p/agents/0/stderr", "a word"));
    check("said", new PilotLog.Line(null, "/p/allocation.err", "a word"));
    check("stopped", new PilotStop.Stopped("p", PilotView.DONE));
  }

  private static PilotView pilot(
      PilotPhase phase, String allocation, List<PilotView.Agent> agents) {
    return new PilotView(
        "p",
        phase.name(),
        phase.isOver() ? "why" : null,
        allocation == null ? null : "slurm://localhost",
        allocation,
        allocation == null ? null : 4,
        phase.isUp(),
        phase.isUp() ? Instant.now() : null,
        agents);
  }

  @Test
  void theOthersAreAsDocumented() throws Exception {
    RoundTrips.Millis trips = new RoundTrips.Millis(1, 2, 3, 4);
    check("submitted", new SubmitCommand.Submitted("s", 1, "tcp://h:1"));
    check("collected", CollectCommand.Collected.of(Path.of("out"), SUMMARY));
    check("bench", new BenchCommand.Measured("noop", 20, 5000.1, trips, 9000, trips, 2, 0.1));
  }

  @Test
  void aFieldThatIsMissingOrUnknownIsSeen() throws Exception {
    JsonSchema stopped = schema("stopped");
    assertThat(stopped.validate("{\"name\":\"p\"}", InputFormat.JSON)).isNotEmpty();
    assertThat(stopped.validate("{\"name\":\"p\",\"state\":\"DONE\",\"more\":1}", InputFormat.JSON))
        .isNotEmpty();
  }

  @Test
  void countsOfARunBalance() {
    String text = SummaryText.of(run(Tally.counts(SUMMARY), Instant.now(), 2));
    assertThat(text).contains("accepted 4 = SUCCESS 2 + FAILED 1 + queued or running 1");
  }

  private static void check(String name, Object printed) throws Exception {
    String line = JsonOutput.line(printed);
    assertThat(line).doesNotContain("\n");
    assertThat(schema(name).validate(line, InputFormat.JSON)).as(line).isEmpty();
  }

  private static JsonSchema schema(String name) throws Exception {
    String page = Files.readString(Path.of("..", "docs", "cli-json.md"));
    Matcher block =
        Pattern.compile("```json schema=" + name + "\n(.*?)\n```", Pattern.DOTALL).matcher(page);
    assertThat(block.find()).as("a schema of %s", name).isTrue();
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012).getSchema(block.group(1));
  }
}
