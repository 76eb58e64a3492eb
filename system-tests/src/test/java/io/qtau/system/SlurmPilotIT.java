package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots with real agents on a real Slurm, as a user starts them and as they end. */
class SlurmPilotIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SLURM = "slurm://localhost";

  @TempDir Path home;
  @TempDir Path work;
  private SlurmLab slurm;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    slurm = SlurmLab.get();
    qtau = new Commands(home, null, slurm.variables());
    qtau.ok("broker", "start");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private JsonNode pilot(String name) throws Exception {
    return qtau.ok("pilot", "show", name, "--json").json();
  }

  private void awaitRunning(String pilot, int count) {
    await(count + " tasks run on " + pilot)
        .atMost(PATIENCE)
        .until(
            () -> {
              int running = 0;
              for (JsonNode agent : pilot(pilot).get("agents")) {
                running += agent.get("running").asInt();
              }
              return running == count;
            });
  }

  /** So many tasks, each of which is a text for sh. */
  private void submit(String session, int count, String text) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(
          "{\"id\":\"t%d\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"%s\"]}}"
              .formatted(i, text));
    }
    qtau.ok("submit", Files.write(work.resolve(session), lines).toString(), "--session", session);
  }

  /** All results of a session; all of them are successes. */
  private List<JsonNode> results(String session) throws Exception {
    Path out = work.resolve(session + "-out");
    qtau.ok("await", session, "--out", out.toString(), "--timeout", "120");
    List<JsonNode> results = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      results.add(JSON.readTree(line));
    }
    return results;
  }

  @Test
  void aPilotOfFourNodesRunsTasksOnAllOfThemAndGoesOnWithoutOne() throws Exception {
    JsonNode pilot =
        qtau.ok(
                "pilot",
                "start",
                "--resource",
                SLURM,
                "--name",
                "four",
                "--nodes",
                "4",
                "--cores-per-node",
                "2",
                "--walltime",
                "10",
                "--scheduler-option=--comment='a $(touch x) \"b\"'",
                "--setup-command",
                "export FROM_SETUP='it is set'",
                "--working-directory",
                work.resolve("a  b'$(touch x)\"ü %j\\").toString(),
                "--wait",
                "--timeout",
                "120",
                "--json")
            .json();
    assertThat(pilot.get("state").asText()).isEqualTo("READY");
    assertThat(pilot.get("degraded").asBoolean()).isFalse();
    assertThat(pilot.get("agents")).hasSize(4);
    assertThat(Instant.parse(pilot.get("ends").asText()))
        .isBetween(Instant.now().plusSeconds(300), Instant.now().plusSeconds(600));
    assertThat(slurm.allocations()).containsExactly(pilot.get("allocation").asText());
    tellHowSoonItWasReady(home.resolve("pilots/four"));

    submit("all", 48, "hostname; echo $FROM_SETUP; sleep 0.2");
    assertThat(results("all"))
        .hasSize(48)
        .allMatch(r -> r.get("status").asText().equals("SUCCESS"))
        .allMatch(r -> r.get("stdout").get("text").asText().endsWith("\nit is set\n"))
        .extracting(r -> r.get("host").asText())
        .contains("node1", "node2", "node3", "node4");
    Commands.Ended again = qtau.run("pilot", "start", "--resource", SLURM, "--name", "four");
    assertThat(again.code()).as(again.err()).isEqualTo(5);

    submit("loss", 8, "[ $QTAU_ATTEMPT = 2 ] || sleep 10");
    awaitRunning("four", 8);
    Commands.kill(pilot.get("agents").get(2).get("pid").asLong());
    List<JsonNode> results = results("loss");
    assertThat(results).allMatch(r -> r.get("status").asText().equals("SUCCESS"));
    assertThat(results.stream().filter(r -> r.get("losses").asInt() == 1))
        .hasSize(2)
        .noneMatch(r -> r.get("agent").asText().equals("four.2"));
    await("one is missed").atMost(PATIENCE).until(() -> pilot("four").get("agents").size() == 3);
    JsonNode degraded = pilot("four");
    assertThat(degraded.get("state").asText()).isEqualTo("READY");
    assertThat(degraded.get("degraded").asBoolean()).isTrue();
    assertThat(qtau.ok("pilot", "log", "four", "--agent", "0").out()).contains("four.0");

    qtau.ok("pilot", "stop", "four");
    assertThat(slurm.allocations()).isEmpty();
    assertThat(qtau.ok("pilot", "list").out()).isEmpty();
    try (Stream<Path> all = Files.walk(work)) {
      assertThat(all.filter(path -> path.endsWith("x"))).isEmpty();
    }
  }

  /** From the first line of the batch script to the last agent's hello. */
  private void tellHowSoonItWasReady(Path directory) throws Exception {
    Path site =
        Path.of(
            JSON.readTree(directory.resolve("settings.json").toFile()).get("directory").asText());
    long begin = Files.getLastModifiedTime(site.resolve("id")).toMillis();
    long ready = 0;
    for (int agent = 0; agent < 4; agent++) {
      Path hello = site.resolve("agents/" + agent + "/hello");
      ready = Math.max(ready, Files.getLastModifiedTime(hello).toMillis());
    }
    System.out.println(
        "slurm: a pilot of four nodes was ready %d ms after its allocation had begun"
            .formatted(ready - begin));
  }

  @Test
  void tasksOfAPilotThatIsCanceledRunElsewhere() throws Exception {
    qtau.ok("pilot", "start", "--resource", SLURM, "--name", "gone", "--nodes", "2", "--wait");
    submit("s", 4, "[ $QTAU_ATTEMPT = 2 ] && exit; echo run >> " + work + "/runs; sleep 300");
    awaitRunning("gone", 4);
    slurm.run("scancel", slurm.allocations().get(0));
    qtau.ok("pilot", "start", "--resource", "local://", "--cores-per-node", "4", "--wait");
    assertThat(results("s"))
        .hasSize(4)
        .allMatch(r -> r.get("status").asText().equals("SUCCESS"))
        .noneMatch(r -> r.get("pilot").asText().equals("gone"));
    assertThat(Files.readAllLines(work.resolve("runs"))).hasSize(4);
    assertThat(pilot("gone").get("state").asText()).isEqualTo("CANCELED");
    await("no execution is left")
        .atMost(PATIENCE)
        .until(
            () ->
                ProcessHandle.allProcesses()
                    .noneMatch(
                        process ->
                            process.info().commandLine().orElse("").contains(work + "/runs")));
  }

  @Test
  void aRefusedPilotLeavesNothingButSlurmsWords() throws Exception {
    Commands.Ended queue =
        qtau.run("pilot", "start", "--resource", SLURM, "--name", "bad", "--queue", "nosuch");
    assertThat(queue.code()).as(queue.err()).isEqualTo(3);
    assertThat(queue.err()).contains("invalid partition specified: nosuch");
    Path file =
        Files.writeString(
            work.resolve("wide.yaml"), "resource: slurm://\nname: bad\nnumber_of_nodes: 9\n");
    Commands.Ended wide = qtau.run("pilot", "start", "--from", file.toString());
    assertThat(wide.code()).as(wide.err()).isEqualTo(3);
    assertThat(wide.err()).contains("Slurm refuses the pilot 'bad'");
    assertThat(home.resolve("pilots/bad")).doesNotExist();
    assertThat(slurm.allocations()).isEmpty();
    assertThat(qtau.run("pilot", "start", "--resource", "slrum://").code()).isEqualTo(2);
    assertThat(qtau.run("pilot", "start", "--resource", "slurm+ssh://login").code()).isEqualTo(2);
  }
}
