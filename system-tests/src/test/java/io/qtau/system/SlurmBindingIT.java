package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
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

  private List<JsonNode> results(String session, String tasks) throws Exception {
    Path out = work.resolve(session);
    Path file = Files.writeString(work.resolve(session + ".jsonl"), tasks);
    qtau.ok("submit", file.toString(), "--session", session);
    qtau.run("await", session, "--out", out.toString(), "--timeout", "120"); // One has to fail.
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

    String look = "grep Cpus_allowed_list /proc/self/status";
    String together = // Each waits for the other.
        "touch %1$s/$QTAU_TASK_ID; until [ -e %1$s/a ] && [ -e %1$s/b ]; do sleep 0.1; done; %2$s"
            .formatted(work, look);
    List<JsonNode> results =
        results(
            "two",
            """
            {"id":"a","kind":"exec","exec":{"argv":["sh","-c","%1$s"]}}
            {"id":"b","kind":"exec","exec":{"argv":["sh","-c","%1$s"]}}
            """
                .formatted(together));
    assertThat(results).extracting(SlurmBindingIT::cores).containsExactlyInAnyOrder("0", "1");
    for (JsonNode result :
        results(
            "wide",
            """
            {"id":"both","kind":"exec","exec":{"argv":["sh","-c","%1$s"]},"resources":{"cores":"all"}}
            {"id":"none","kind":"exec","exec":{"argv":["no-such-program"]},"retry":{"max_attempts":1}}
            """
                .formatted(look))) {
      if (result.get("id").asText().equals("both")) {
        assertThat(cores(result)).isIn("0-1", "0,1");
      } else {
        assertThat(result.at("/error/message").asText()).contains("no-such-program", "exist");
      }
    }
  }

  private static String cores(JsonNode result) {
    return result.at("/stdout/text").asText().replaceAll("[^0-9,-]", "");
  }
}
