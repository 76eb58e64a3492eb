package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
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

/** Long tasks start once, whatever the broker does, and elsewhere when their agent is lost. */
class ClaimIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private void pilot(String name, int cores) throws Exception {
    qtau.localPilot(name, cores);
  }

  private long agentPid(String pilot) throws Exception {
    for (String line : qtau.ok("pilot", "list", "--json").out().lines().toList()) {
      JsonNode told = JSON.readTree(line);
      if (told.get("name").asText().equals(pilot)) {
        return told.get("agents").get(0).get("pid").asLong();
      }
    }
    throw new AssertionError("no pilot " + pilot);
  }

  /** Tasks that note each of their starts, then run a shell text. */
  private void submit(int count, String then) throws Exception {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      lines.add(
          JSON.createObjectNode()
              .put("id", "t" + i)
              .put("kind", "exec")
              .set(
                  "exec",
                  JSON.createObjectNode()
                      .set(
                          "argv",
                          JSON.createArrayNode()
                              .add("sh")
                              .add("-c")
                              .add("echo $QTAU_TASK_ID >> " + starts() + "; " + then)))
              .toString());
    }
    Files.write(work.resolve("tasks.jsonl"), lines);
    qtau.ok("submit", work.resolve("tasks.jsonl").toString(), "--session", "long");
  }

  private Path starts() {
    return work.resolve("starts");
  }

  private List<String> started() throws IOException {
    return Files.exists(starts()) ? Files.readAllLines(starts()) : List.of();
  }

  private void awaitStarts(int count) {
    Awaitility.await(count + " starts")
        .atMost(40, TimeUnit.SECONDS)
        .until(() -> started().size() >= count);
  }

  private void awaitClaims(int count) {
    // A task that runs for a second is claimed within the next tenth of one.
    Awaitility.await("claims")
        .pollDelay(2, TimeUnit.SECONDS)
        .atMost(10, TimeUnit.SECONDS)
        .until(() -> started().size() == count);
  }

  private List<JsonNode> results(int code) throws Exception {
    Commands.Ended ended =
        qtau.run("await", "long", "--out", work.resolve("out").toString(), "--timeout", "60");
    assertThat(ended.code()).as(ended.err()).isEqualTo(code);
    List<JsonNode> all = new ArrayList<>();
    for (String line : Files.readAllLines(work.resolve("out/results.jsonl"))) {
      all.add(JSON.readTree(line));
    }
    return all;
  }

  @Test
  void brokerRestartsStartNothingTwice() throws Exception {
    pilot("one", 5);
    pilot("two", 5);
    Path end = work.resolve("end");
    submit(10, "until [ -e " + end + " ]; do sleep 0.2; done");
    awaitStarts(10);
    awaitClaims(10);

    qtau.ok("broker", "stop");
    qtau.ok("broker", "start");
    qtau.ok("broker", "stop");
    qtau.ok("broker", "start");
    Commands.kill(qtau.ok("broker", "status", "--json").json().get("pid").asLong());
    qtau.ok("broker", "start");
    Files.createFile(end);

    List<JsonNode> results = results(0);
    assertThat(results)
        .hasSize(10)
        .allMatch(result -> result.get("attempt").asInt() == 1)
        .allMatch(
            result ->
                result.at("/timeline/taken").asLong() <= result.at("/timeline/started").asLong());
    assertThat(started()).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void theTasksOfALostAgentRunElsewhere() throws Exception {
    pilot("one", 8);
    Path end = work.resolve("end");
    submit(8, "until [ -e " + end + " ]; do sleep 0.2; done");
    awaitStarts(8);
    awaitClaims(8);
    pilot("two", 8);

    Commands.kill(agentPid("one"));
    awaitStarts(16);
    Files.createFile(end);

    List<JsonNode> results = results(0);
    assertThat(results)
        .hasSize(8)
        .allMatch(result -> result.get("attempt").asInt() == 2)
        .allMatch(result -> result.get("losses").asInt() == 1)
        .allMatch(result -> result.get("pilot").asText().equals("two"));
  }

  @Test
  void aTaskThatKillsItsAgentsEndsDead() throws Exception {
    for (int i = 0; i < 4; i++) {
      pilot("p" + i, 1);
    }
    // Long after its claim, which is made after a second: an end without one is not a loss.
    submit(1, "echo dying >&2; sleep 3; kill -9 $PPID; sleep 60");

    List<JsonNode> results = results(1);

    assertThat(results).hasSize(1);
    JsonNode dead = results.get(0);
    assertThat(dead.get("status").asText()).isEqualTo("DEAD");
    assertThat(dead.get("losses").asInt()).isEqualTo(3);
    assertThat(dead.get("error").get("message").asText()).contains("attempt 1", "attempt 3");
    assertThat(dead.get("stderr").get("text").asText()).isEqualTo("dying\n");
    assertThat(started()).hasSize(3);
    assertThat(qtau.ok("dead", "list", "--json").json().get("losses").asInt()).isEqualTo(3);
    assertThat(qtau.run("dead", "show", "long/nobody").code()).isEqualTo(4);
    assertThat(qtau.run("dead", "replay", "long/t0", "--all").code()).isEqualTo(2);

    // It would end the last agent too: gone before it can start again.
    qtau.ok("pilot", "stop", "--all");
    qtau.ok("dead", "replay", "long/t0");
    assertThat(qtau.ok("dead", "list").out()).isEmpty();
    JsonNode canceled = qtau.ok("cancel", "long", "--json").json();
    assertThat(canceled.get("queued").asInt()).isOne();
    List<JsonNode> both = results(1);
    assertThat(both).hasSize(2);
    assertThat(both.get(1).get("status").asText()).isEqualTo("CANCELED");
    assertThat(both.get(1).get("replay").asInt()).isOne();
  }

  @Test
  void anAgentThatSleptTooLongHasNoSay() throws Exception {
    pilot("one", 1);
    // The first attempt would go on until it is killed.
    String again = "[ $(wc -l < " + starts() + ") -gt 1 ]";
    submit(1, again + " || sleep 600; echo done >> " + work.resolve("ends"));
    awaitStarts(1);
    awaitClaims(1);
    pilot("two", 1);
    long sleeper = agentPid("one");
    signal("STOP", sleeper);
    try {
      awaitStarts(2);
    } finally {
      signal("CONT", sleeper);
    }

    List<JsonNode> results = results(0);

    assertThat(results).hasSize(1);
    assertThat(results.get(0).get("pilot").asText()).isEqualTo("two");
    assertThat(results.get(0).get("losses").asInt()).isEqualTo(1);
    assertThat(Files.readAllLines(work.resolve("ends"))).hasSize(1);
  }

  @Test
  void aTaskThatIsCancelledWhileItsAgentIsAwayNeedsNoOther() throws Exception {
    pilot("one", 1);
    submit(1, "sleep 60; echo done >> " + work.resolve("ends"));
    awaitStarts(1);
    awaitClaims(1);
    long sleeper = agentPid("one");
    signal("STOP", sleeper);
    try {
      qtau.ok("cancel", "long");
      assertThat(results(1).get(0).get("status").asText()).isEqualTo("CANCELED");
    } finally {
      signal("CONT", sleeper);
    }

    Awaitility.await("its attempt has ended")
        .atMost(20, TimeUnit.SECONDS)
        .until(
            () ->
                ProcessHandle.allProcesses()
                    .noneMatch(p -> p.info().commandLine().orElse("").contains("" + starts())));
    assertThat(work.resolve("ends")).doesNotExist();
    assertThat(results(1)).hasSize(1);
  }

  private static void signal(String name, long pid) throws Exception {
    Process kill = new ProcessBuilder("kill", "-" + name, Long.toString(pid)).start();
    assertThat(kill.waitFor(10, TimeUnit.SECONDS)).isTrue();
    assertThat(kill.exitValue()).isZero();
  }
}
