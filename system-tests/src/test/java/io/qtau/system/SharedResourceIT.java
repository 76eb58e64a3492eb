package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.system.Commands.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Two pilots share two licences. Their tasks are programs that note each moment of their lives;
 * about 40 s.
 */
class SharedResourceIT {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String[] START = {"broker", "start", "--named-resource", "license:x=2"};

  /** Notes the time, 20 times a second, {@code $ROUNDS} times, and on until there is a file. */
  private static final String NOTES =
      "i=0; while [ $i -lt $ROUNDS ] || [ ! -e $GO ]; do date +%s%N; sleep 0.05; i=$((i+1)); done"
          + " >> $NOTES/$QTAU_TASK_ID.$QTAU_ATTEMPT.$$";

  @TempDir Path home;
  @TempDir Path work;
  @TempDir Path notes;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok(START);
    pilot("p1");
    pilot("p2");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private void pilot(String name) throws Exception {
    qtau.localPilot(name, 3);
  }

  private Path go() {
    return work.resolve("go");
  }

  private String tasks(int count, int rounds, int licences) throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      Map<String, Object> task =
          Map.of(
              "id",
              "t" + i,
              "kind",
              "exec",
              "exec",
              Map.of(
                  "argv",
                  List.of("sh", "-c", NOTES),
                  "env",
                  Map.of(
                      "ROUNDS",
                      Integer.toString(rounds),
                      "NOTES",
                      notes.toString(),
                      "GO",
                      go().toString())),
              "resources",
              Map.of("cores", 1, "license:x", licences));
      lines.add(JSON.writeValueAsString(task));
    }
    return Files.write(Files.createTempFile(work, "tasks", ".jsonl"), lines).toString();
  }

  /** All succeed; the pilots that ran them. */
  private Set<String> pilotsOf(String session, int count) throws Exception {
    Path out = work.resolve("out-" + session);
    qtau.ok("await", session, "--out", out.toString(), "--timeout", "120");
    Set<String> pilots = new HashSet<>();
    List<String> lines = Files.readAllLines(out.resolve("results.jsonl"));
    assertThat(lines).hasSize(count);
    for (String line : lines) {
      JsonNode result = JSON.readTree(line);
      assertThat(result.get("status").asText()).isEqualTo("SUCCESS");
      pilots.add(result.get("pilot").asText());
    }
    return pilots;
  }

  /** The most programs that lived at one moment, from the first to the last that they noted. */
  private int mostAtOnce() throws IOException {
    TreeMap<Long, Integer> changes = new TreeMap<>();
    try (Stream<Path> files = Files.list(notes)) {
      for (Path file : files.toList()) {
        List<String> times = Files.readAllLines(file);
        if (!times.isEmpty()) {
          changes.merge(Long.parseLong(times.get(0)), 1, Integer::sum);
          changes.merge(Long.parseLong(times.get(times.size() - 1)), -1, Integer::sum);
        }
      }
    }
    int now = 0;
    int most = 0;
    for (int change : changes.values()) {
      now += change;
      most = Math.max(most, now);
    }
    return most;
  }

  private JsonNode agent(String pilot) throws Exception {
    return JSON.readTree(qtau.ok("pilot", "show", pilot, "--json").out()).at("/agents/0");
  }

  /** The agent that has one, or both. */
  private JsonNode awaitHolder() {
    return Awaitility.await("an agent holds a licence")
        .atMost(60, TimeUnit.SECONDS)
        .until(this::holder, Optional::isPresent)
        .orElseThrow();
  }

  private Optional<JsonNode> holder() throws Exception {
    for (String pilot : List.of("p1", "p2")) {
      JsonNode agent = agent(pilot);
      if (agent.path("running").asInt() > 0) {
        return Optional.of(agent);
      }
    }
    return Optional.empty();
  }

  private static void kill(JsonNode process) {
    ProcessHandle.of(process.get("pid").asLong()).orElseThrow().destroyForcibly();
  }

  @Test
  void neverMoreThanTwoAtOnceAndBothPilotsRunSome() throws Exception {
    Files.createFile(go());
    qtau.ok("submit", tasks(40, 4, 1), "--session", "many");
    assertThat(pilotsOf("many", 40)).containsExactlyInAnyOrder("p1", "p2");
    assertThat(mostAtOnce()).isEqualTo(2);

    Ended tooMany = qtau.ok("submit", tasks(1, 1, 3), "--session", "three");
    assertThat(tooMany.err())
        .contains("needs 3 license:x, which all pilots share, and there are 2");
    qtau.ok("submit", tasks(3, 200, 1), "--session", "long");
    Awaitility.await("two run, the third is told why it does not")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(
                        Stream.of("long/t0", "long/t1", "long/t2")
                            .map(this::explained)
                            .filter(
                                told ->
                                    told.contains(
                                        "all are in use of the 2 license:x that all pilots"
                                            + " share (p")))
                    .hasSize(1));
  }

  private String explained(String task) {
    try {
      return qtau.ok("explain", task).out();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  @Test
  void neitherALostAgentNorALostBrokerLosesOneOrMakesOneMore() throws Exception {
    qtau.ok("submit", tasks(8, 20, 1), "--session", "s");
    awaitHolder();
    kill(qtau.ok("broker", "status", "--json").json());
    qtau.ok(START);
    kill(awaitHolder());
    Files.createFile(go());
    pilotsOf("s", 8);
    assertThat(mostAtOnce()).isBetween(1, 2);
  }
}
