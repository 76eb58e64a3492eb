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

/** In an allocation of a real Slurm tasks have cores and GPUs of their own; about 45 s. */
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

  /** On one node with two cores. */
  private void startPilot(String... more) throws Exception {
    List<String> words =
        new ArrayList<>(List.of("pilot", "start", "--resource", "slurm://localhost", "--name"));
    words.addAll(List.of("p", "--nodes", "1", "--cores-per-node", "2", "--walltime", "10"));
    words.addAll(List.of(more));
    words.addAll(List.of("--wait", "--timeout", "120"));
    qtau.ok(words.toArray(String[]::new));
  }

  /** A script in which each of the tasks a and b waits for the other, and then looks. */
  private String together(String look) {
    return "touch %1$s/$QTAU_TASK_ID; until [ -e %1$s/a ] && [ -e %1$s/b ]; do sleep 0.1; done; %2$s"
        .formatted(work, look);
  }

  @Test
  void eachTaskRunsOnItsOwnCoresAndAWideOneOnAll() throws Exception {
    startPilot();
    JsonNode agent = qtau.ok("pilot", "show", "p", "--json").json().get("agents").get(0);
    assertThat(agent.get("unbound").isNull()).as(agent.toString()).isTrue();

    String look = "grep Cpus_allowed_list /proc/self/status";
    List<JsonNode> results =
        results(
            "two",
            """
            {"id":"a","kind":"exec","exec":{"argv":["sh","-c","%1$s"]}}
            {"id":"b","kind":"exec","exec":{"argv":["sh","-c","%1$s"]}}
            """
                .formatted(together(look)));
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

  @Test
  void tasksOfOneGpuAtOnceSeeDifferentOnesAndOneOfTwoSeesBoth() throws Exception {
    startPilot("--gpus-per-node", "2");
    String look = "echo $CUDA_VISIBLE_DEVICES/$ROCR_VISIBLE_DEVICES/$HIP_VISIBLE_DEVICES";
    List<JsonNode> single =
        results(
            "single",
            """
            {"id":"a","kind":"exec","exec":{"argv":["sh","-c","%1$s"]},"resources":{"gpus":1}}
            {"id":"b","kind":"exec","exec":{"argv":["sh","-c","%1$s"]},"resources":{"gpus":1}}
            """
                .formatted(together(look)));
    assertThat(single)
        .extracting(result -> result.at("/stdout/text").asText().strip())
        .containsExactlyInAnyOrder("0/0/0", "1/1/0");
    for (JsonNode result :
        results(
            "wide",
            """
            {"id":"both","kind":"exec","exec":{"argv":["sh","-c","%1$s"]},"resources":{"gpus":2}}
            {"id":"none","kind":"exec","exec":{"argv":["sh","-c","%1$s"]}}
            """
                .formatted(look))) {
      assertThat(result.at("/stdout/text").asText().strip())
          .isEqualTo(result.get("id").asText().equals("both") ? "0,1/0,1/0,1" : "//");
    }
  }
}
