package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes are killed in the middle of 2,000 tasks: each task has exactly one result. */
class KillIT {
  private static final int TASKS = 2000;

  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
    qtau.localPilot("one", 2);
    List<String> lines =
        IntStream.range(0, TASKS)
            .mapToObj(
                i ->
                    "{\"id\":\"t%d\",\"kind\":\"sleep\",\"sleep\":{\"seconds\":0.004}}"
                        .formatted(i))
            .toList();
    Files.write(work.resolve("tasks.jsonl"), lines);
    qtau.ok("submit", work.resolve("tasks.jsonl").toString(), "--session", "kills");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  @Test
  void theAgentIsKilledAndAnotherPilotFinishes() throws Exception {
    Process await = await();
    awaitResults(300);
    Commands.kill(agentPid());
    qtau.localPilot("two", 2);
    assertAllOnce(await);
  }

  @Test
  void theBrokerIsKilledAndAgentAndClientGoOn() throws Exception {
    Process await = await();
    awaitResults(300);
    Commands.kill(qtau.ok("broker", "status", "--json").json().get("pid").asLong());
    qtau.ok("broker", "start");
    assertAllOnce(await);
  }

  private Process await() throws IOException {
    return qtau.start(
        work.resolve("await.out"),
        work.resolve("await.err"),
        "await",
        "kills",
        "--out",
        out().toString(),
        "--timeout",
        "150");
  }

  private Path out() {
    return work.resolve("out");
  }

  private void awaitResults(int count) {
    Awaitility.await(count + " results")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> results().size() >= count);
  }

  private List<String> results() throws IOException {
    Path file = out().resolve("results.jsonl");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private long agentPid() throws Exception {
    JsonNode pilot = qtau.ok("pilot", "list", "--json").json();
    return pilot.get("agents").get(0).get("pid").asLong();
  }

  private void assertAllOnce(Process await) throws Exception {
    assertThat(await.waitFor(170, TimeUnit.SECONDS)).as("await ends").isTrue();
    String err = Files.readString(work.resolve("await.err"));
    assertThat(await.exitValue()).as(err).isZero();
    List<String> ids =
        results().stream().map(line -> line.replaceAll(".*\"id\":\"(t\\d+)\".*", "$1")).toList();
    assertThat(ids).hasSize(TASKS).doesNotHaveDuplicates();
    assertThat(Files.readAllLines(out().resolve("metrics.csv"))).hasSize(TASKS + 1);
  }
}
