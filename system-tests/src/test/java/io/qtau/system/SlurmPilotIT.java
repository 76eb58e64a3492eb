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
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots with real agents on a real Slurm, as a user starts them and as they end. */
class SlurmPilotIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration PATIENCE = Duration.ofMinutes(2);
  private static final String SLURM = "slurm://localhost";

  @TempDir static Path home;
  @TempDir Path work;
  private static SlurmLab slurm;
  private static Commands qtau;

  @BeforeAll
  static void start() throws Exception {
    slurm = SlurmLab.get();
    qtau = new Commands(home, null, slurm.variables());
    qtau.ok("broker", "start");
  }

  @AfterAll
  static void stop() throws Exception {
    qtau.close();
  }

  @AfterEach
  void stopPilots() throws Exception {
    qtau.ok("pilot", "stop", "--all");
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

    assertSpreadEvenly();

    Path go = work.resolve("go");
    submit("loss", 8, "[ $QTAU_ATTEMPT = 2 ] || while [ ! -e " + go + " ]; do sleep 0.1; done");
    awaitRunning("four", 8);
    Commands.kill(pilot.get("agents").get(2).get("pid").asLong());
    Files.createFile(go);
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
    assertThat(qtau.ok("pilot", "list").out()).doesNotContain("four");
    try (Stream<Path> all = Files.walk(work)) {
      assertThat(all.filter(path -> path.endsWith("x"))).isEmpty();
    }
  }

  /**
   * 4,000 tasks of 50 ms on eight cores of four nodes: each has its part, and none waits for work.
   */
  private void assertSpreadEvenly() throws Exception {
    List<String> lines =
        Collections.nCopies(4000, "{\"kind\":\"sleep\",\"sleep\":{\"seconds\":0.05}}");
    qtau.ok("submit", Files.write(work.resolve("even"), lines).toString(), "--session", "even");
    List<JsonNode> results = results("even");
    assertThat(results).hasSize(4000).allMatch(r -> r.get("losses").asInt() == 0);
    long lastStart = results.stream().mapToLong(r -> at(r, "started")).max().orElseThrow();
    Map<String, List<JsonNode>> agents =
        results.stream().collect(Collectors.groupingBy(r -> r.get("agent").asText()));
    assertThat(agents).hasSize(4);
    agents.forEach(
        (agent, own) -> {
          long idle = longestIdleUs(own, lastStart);
          System.out.printf(
              "slurm: %s had %d of 4000, idle for %d ms at most%n", agent, own.size(), idle / 1000);
          assertThat(own.size()).as(agent).isBetween(900, 1100);
          assertThat(idle).as(agent + " had nothing to do").isLessThan(1_000_000);
        });
  }

  private static long at(JsonNode result, String stage) {
    return result.get("timeline").get(stage).asLong();
  }

  /** While tasks waited for a start: the longest time that none ran on an agent. */
  private static long longestIdleUs(List<JsonNode> results, long until) {
    long idle = 0;
    long busyUntil = Long.MAX_VALUE;
    for (JsonNode result :
        results.stream().sorted(Comparator.comparingLong(r -> at(r, "started"))).toList()) {
      idle = Math.max(idle, at(result, "started") - busyUntil);
      busyUntil =
          busyUntil == Long.MAX_VALUE
              ? at(result, "ended")
              : Math.max(busyUntil, at(result, "ended"));
    }
    return Math.max(idle, until - busyUntil);
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
    submit(
        "canceled", 4, "[ $QTAU_ATTEMPT = 2 ] && exit; echo run >> " + work + "/runs; sleep 300");
    awaitRunning("gone", 4);
    slurm.run("scancel", slurm.allocations().get(0));
    qtau.ok("pilot", "start", "--resource", "local://", "--cores-per-node", "4", "--wait");
    assertThat(results("canceled"))
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

  /** One in an allocation that ends, and one that nobody would end: both go by themselves. */
  @Test
  void atTheEndOfTheirWalltimePilotsHaveGivenTheirTasksBack() throws Exception {
    for (String resource : List.of(SLURM, "local://")) {
      String name = resource.equals(SLURM) ? "batch" : "near";
      qtau.ok("pilot", "start", "--resource", resource, "--name", name, "--walltime", "1");
    }
    submit(
        "walltime",
        3,
        "[ $QTAU_ATTEMPT = 2 ] && exit; echo run >> " + work + "/runs; exec sleep 300");
    await("they run").atMost(PATIENCE).until(() -> runs() == 3);
    for (String name : List.of("batch", "near")) {
      await("the end of " + name)
          .atMost(PATIENCE)
          .pollInterval(Duration.ofSeconds(2))
          .until(() -> pilot(name).get("state").asText().equals("DONE"));
    }
    assertThat(slurm.allocations()).isEmpty();
    assertThat(
            ProcessHandle.allProcesses()
                .map(process -> process.info().commandLine().orElse(""))
                .filter(line -> line.contains(work + "/runs")))
        .isEmpty();
    qtau.ok("pilot", "start", "--resource", "local://", "--name", "next");
    assertThat(results("walltime"))
        .allMatch(r -> r.get("status").asText().equals("SUCCESS"))
        .allMatch(r -> r.get("pilot").asText().equals("next"))
        .allMatch(r -> r.get("losses").asInt() == 0);
  }

  private int runs() throws Exception {
    Path runs = work.resolve("runs");
    return Files.exists(runs) ? Files.readAllLines(runs).size() : 0;
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
  }
}
