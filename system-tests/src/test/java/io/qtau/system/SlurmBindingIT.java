package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** In an allocation of a real Slurm tasks are bound to cores of their own; about 30 s. */
class SlurmBindingIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home, null, SlurmLab.get().variables());
    qtau.ok("broker", "start");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private List<JsonNode> results(String tasks) throws Exception {
    Path out = work.resolve("out");
    Path file = Files.writeString(work.resolve("t.jsonl"), tasks);
    qtau.ok("submit", file.toString(), "--session", "s");
    qtau.run("await", "s", "--out", out.toString(), "--timeout", "120"); // One has to fail.
    List<JsonNode> results = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      results.add(JSON.readTree(line));
    }
    return results;
  }

  @Test
  void eachTaskRunsOnItsOwnCoresAndAWideOneOnAll() throws Exception {
    qtau.ok(
        "pilot",
        "start",
        "--resource",
        "slurm://localhost",
        "--name",
        "p",
        "--nodes",
        "1",
        "--cores-per-node",
        "2",
        "--walltime",
        "10",
        "--wait",
        "--timeout",
        "120");
    JsonNode agent = qtau.ok("pilot", "show", "p", "--json").json().get("agents").get(0);
    assertThat(agent.get("unbound").isNull()).as(agent.toString()).isTrue();

    String look = "grep Cpus_allowed_list /proc/self/status; sleep 3";
    List<JsonNode> results =
        results(
            """
            {"id":"a","kind":"exec","exec":{"argv":["sh","-c","%1$s"]}}
            {"id":"b","kind":"exec","exec":{"argv":["sh","-c","%1$s"]}}
            {"id":"both","kind":"exec","exec":{"argv":["sh","-c","%1$s"]},"resources":{"cores":"all"}}
            {"id":"none","kind":"exec","exec":{"argv":["no-such-program"]},"retry":{"max_attempts":1}}
            """
                .formatted(look));
    Set<String> cores = new HashSet<>();
    List<JsonNode> singles = new ArrayList<>();
    for (JsonNode result : results) {
      String text = result.at("/stdout/text").asText().replaceAll("[^0-9,-]", "");
      switch (result.get("id").asText()) {
        case "both" -> assertThat(text).isIn("0-1", "0,1");
        case "none" ->
            assertThat(result.at("/error/message").asText()).contains("no-such-program", "exist");
        default -> {
          singles.add(result);
          assertThat(text).isIn("0", "1");
          cores.add(text);
        }
      }
    }
    // The one on all cores may have run between them.
    assertThat(cores).hasSize(overlap(singles.get(0), singles.get(1)) ? 2 : cores.size());
  }

  private static boolean overlap(JsonNode one, JsonNode other) {
    return at(one, "started") < at(other, "ended") && at(other, "started") < at(one, "ended");
  }

  private static long at(JsonNode result, String event) {
    return result.at("/timeline/" + event).asLong();
  }
}
