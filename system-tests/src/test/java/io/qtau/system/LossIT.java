package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.BrokerUrl;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent with 64 tasks is killed, or cut off in silence: another one has all of them soon. */
class LossIT {
  private static final int TASKS = 64;
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;
  private FarHost far;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
    JsonNode status = qtau.ok("broker", "status", "--json").json();
    far = new FarHost(BrokerUrl.parse(status.get("url").asText()).port());
    Commands.Ended pilot =
        qtau.run(
            far,
            "pilot",
            "start",
            "--resource",
            "local://",
            "--name",
            "far",
            "--cores-per-node",
            Integer.toString(TASKS),
            "--broker",
            far.url(),
            "--credential",
            OwnerCredential.file(home).toString(),
            "--wait");
    assertThat(pilot.code()).as(pilot.err()).isZero();
  }

  @AfterEach
  void stop() throws Exception {
    far.join();
    qtau.close();
    far.close();
  }

  private List<String> notes(String word) throws IOException {
    Path file = work.resolve("notes");
    return Files.exists(file)
        ? Files.readAllLines(file).stream().filter(line -> line.startsWith(word)).toList()
        : List.of();
  }

  /** Tasks that run on the far host, and a near one with room for all of them. */
  private void begin() throws Exception {
    List<String> lines = new ArrayList<>();
    String note = "%s $QTAU_TASK_ID $QTAU_ATTEMPT $(date +%%s%%3N) >> " + work.resolve("notes");
    for (int i = 0; i < TASKS; i++) {
      String program =
          "echo "
              + note.formatted("start")
              + "; sleep $((QTAU_ATTEMPT == 1 ? 100 : 2)); echo "
              + note.formatted("end");
      lines.add(
          "{\"id\":\"t%d\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"%s\"]}}"
              .formatted(i, program));
    }
    qtau.ok("submit", Files.write(work.resolve("t.jsonl"), lines).toString(), "--session", "s");
    awaitStarts(TASKS);
    qtau.ok(
        "pilot",
        "start",
        "--resource",
        "local://",
        "--name",
        "near",
        "--cores-per-node",
        Integer.toString(TASKS),
        "--wait");
    Awaitility.await("all are claimed")
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                qtau.ok("task", "list", "s")
                        .out()
                        .lines()
                        .filter(line -> line.contains("running  on far.0"))
                        .count()
                    == TASKS);
  }

  private void awaitStarts(int count) {
    Awaitility.await(count + " starts")
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(20, TimeUnit.MILLISECONDS)
        .until(() -> notes("start").size() >= count);
  }

  /** Prints when the first and the last one started again, in ms after the loss. */
  private void tell(String what, long lostMs) throws IOException {
    List<Long> again =
        notes("start").stream()
            .filter(line -> line.split(" ", -1)[2].equals("2"))
            .map(line -> Long.parseLong(line.split(" ", -1)[3]) - lostMs)
            .sorted()
            .toList();
    System.out.println(
        "loss: %s: the first of %d tasks started again after %d ms, the last after %d ms"
            .formatted(what, again.size(), again.get(0), again.get(again.size() - 1)));
  }

  private void checkResults() throws Exception {
    Path out = work.resolve("out");
    Commands.Ended ended = qtau.run("await", "s", "--out", out.toString(), "--timeout", "120");
    assertThat(ended.code()).as(ended.err()).isZero();
    List<String> results = Files.readAllLines(out.resolve("results.jsonl"));
    assertThat(results).hasSize(TASKS);
    for (String line : results) {
      JsonNode result = JSON.readTree(line);
      assertThat(result.get("status").asText()).isEqualTo("SUCCESS");
      assertThat(result.get("agent").asText()).isEqualTo("near.0");
      assertThat(result.get("attempt").asInt()).isEqualTo(2);
      assertThat(result.get("losses").asInt()).isEqualTo(1);
    }
    assertThat(notes("start")).hasSize(2 * TASKS);
    assertThat(notes("end")).as("tasks that ran to their end").hasSize(TASKS);
    assertThat(qtau.ok("dead", "list").out()).isEmpty();
    Awaitility.await("no execution is left")
        .atMost(20, TimeUnit.SECONDS)
        .untilAsserted(() -> assertThat(executions()).isEmpty());
  }

  /** The first attempts that still run. */
  private List<String> executions() {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(work.resolve("notes").toString()))
        .toList();
  }

  @Test
  void aKilledAgentsTasksRunElsewhereSideBySide() throws Exception {
    begin();
    long pid = Long.parseLong(Files.readString(home.resolve("pilots/far/agents/0/pid")).strip());
    long killed = System.currentTimeMillis();
    Commands.kill(pid);
    awaitStarts(2 * TASKS);
    tell("an agent was killed", killed);
    checkResults();
  }

  @Test
  void aCutAgentsTasksRunElsewhereAndItsOwnEndWhenItIsBack() throws Exception {
    begin();
    long cut = System.currentTimeMillis();
    far.cut();
    awaitStarts(2 * TASKS);
    tell("an agent was cut off", cut);
    far.join();
    checkResults();
  }
}
