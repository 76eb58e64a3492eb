package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.messaging.BrokerUrl;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Somebody sets a clock, days ahead or back, while tasks run, wait and rest: they end as always.
 */
class ClockIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;

  @BeforeEach
  void start() {
    qtau = new Commands(home);
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  /** Commands, and what they start, with a clock of their own. */
  private Commands withClock(SetClock clock) {
    return qtau.with(clock.environment());
  }

  private static void pilot(Commands by, String name) throws Exception {
    by.localPilot(name, 4);
  }

  /** One that runs for seconds, one that fails and rests first, and one that waits for them. */
  private void submit(String session) throws Exception {
    String count = "echo >> " + work.resolve(session) + ".$QTAU_TASK_ID; ";
    List<String> lines =
        List.of(
            task("long", count + "sleep 6", ""),
            task(
                "retried",
                count + "[ $QTAU_ATTEMPT = 2 ]",
                ",\"retry\":{\"max_attempts\":2,\"backoff_s\":3}"),
            task(
                "wide",
                count + "true",
                // A large message, which expires by its own way.
                ",\"tags\":{\"large\":\"%s\"}".formatted("x".repeat(200_000))
                    + ",\"resources\":{\"cores\":4},\"deadline\":\""
                    + Instant.now().plus(30, ChronoUnit.DAYS)
                    + "\""));
    Path file = Files.write(work.resolve(session + ".jsonl"), lines);
    qtau.ok("submit", file.toString(), "--session", session);
    Awaitility.await("the long one of " + session + " runs, another one rests")
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () ->
                Files.exists(work.resolve(session + ".long"))
                    && Files.exists(work.resolve(session + ".retried")));
  }

  private static String task(String id, String program, String more) {
    return "{\"id\":\"%s\",\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"%s\"]}%s}"
        .formatted(id, program, more);
  }

  private void checkResults(String session) throws Exception {
    Path out = work.resolve("out-" + session);
    Commands.Ended ended = qtau.run("await", session, "--out", out.toString(), "--timeout", "60");
    assertThat(ended.code()).as(ended.err()).isZero();
    List<String> ids = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      JsonNode result = JSON.readTree(line);
      ids.add(result.get("id").asText());
      JsonNode timeline = result.get("timeline");
      assertThat(timeline.get("ended").asLong() - timeline.get("started").asLong())
          .as("duration of " + line)
          .isBetween(0L, TimeUnit.SECONDS.toMicros(60));
    }
    assertThat(ids).containsExactlyInAnyOrder("long", "retried", "wide");
    assertThat(Files.readAllLines(work.resolve(session + ".long"))).hasSize(1);
  }

  private void awaitReady(String pilot) {
    Awaitility.await(pilot + " is told to be ready")
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () ->
                qtau.ok("pilot", "list")
                    .out()
                    .lines()
                    .anyMatch(line -> line.startsWith(pilot + " ") && line.contains("READY")));
  }

  @Test
  void theBrokersClockIsSetAheadAndBack() throws Exception {
    SetClock broker = new SetClock(work);
    withClock(broker).ok("broker", "start");
    pilot(qtau, "p");
    submit("ahead");
    broker.set(Duration.ofDays(2));
    checkResults("ahead");
    awaitReady("p");

    submit("back");
    broker.set(Duration.ofDays(-3));
    checkResults("back");
    awaitReady("p");
    qtau.ok("pilot", "stop", "p");
  }

  /** Sessions that are over are kept for 24 h; once a minute, here each second, the old ones go. */
  @Test
  void aSessionThatIsOverGrowsNoOlder() throws Exception {
    SetClock broker = new SetClock(work);
    Map<String, String> soon = new HashMap<>(broker.environment());
    soon.put("JAVA_TOOL_OPTIONS", "-Dqtau.prune.s=1");
    qtau.with(soon).ok("broker", "start");
    pilot(qtau, "p");
    submit("over");
    checkResults("over");
    try (Queues queues = queues()) {
      assertThat(queues.exists("qtau.result.over")).isTrue();
      broker.set(Duration.ofDays(2));
      Awaitility.await("it stays for several looks")
          .during(5, TimeUnit.SECONDS)
          .atMost(30, TimeUnit.SECONDS)
          .until(() -> queues.exists("qtau.result.over"));
    }
    qtau.ok("pilot", "stop", "p");
  }

  private Queues queues() throws Exception {
    String url = qtau.ok("broker", "status", "--json").json().get("url").asText();
    return new Queues(BrokerUrl.parse(url), home);
  }

  @Test
  void anAgentsClockIsSetAheadAndBack() throws Exception {
    qtau.ok("broker", "start");
    SetClock agent = new SetClock(work);
    agent.set(Duration.ofDays(-2));
    pilot(withClock(agent), "p");
    submit("ahead");
    agent.set(Duration.ofDays(40));
    checkResults("ahead");
    awaitReady("p");

    submit("back");
    agent.set(Duration.ofDays(-3));
    checkResults("back");
    awaitReady("p");
  }

  @Test
  void aDeadlineIsReadOnTheBrokersClock() throws Exception {
    SetClock broker = new SetClock(work);
    withClock(broker).ok("broker", "start");
    pilot(qtau, "p");
    broker.set(Duration.ofHours(2));
    String inAnHour = Instant.now().plus(1, ChronoUnit.HOURS).toString();
    Path file =
        Files.writeString(
            work.resolve("late.jsonl"),
            task("late", "true", ",\"deadline\":\"" + inAnHour + "\"") + "\n");

    qtau.ok("submit", file.toString(), "--session", "late");

    Path out = work.resolve("out-late");
    assertThat(qtau.run("await", "late", "--out", out.toString(), "--timeout", "60").code())
        .isOne();
    assertThat(Files.readString(out.resolve("results.jsonl"))).contains("EXPIRED");
  }
}
