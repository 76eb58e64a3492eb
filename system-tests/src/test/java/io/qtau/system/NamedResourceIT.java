package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What only its name describes, from the command line to the ledger; about 30 s. */
class NamedResourceIT {
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

  private String tasks(String name, String lines) throws Exception {
    return Files.writeString(work.resolve(name), lines).toString();
  }

  @Test
  void aPilotOffersItTasksCountItAndWhoeverWaitsIsToldWhy() throws Exception {
    qtau.ok(
        "submit",
        tasks(
            "t.jsonl",
            """
            {"id":"a","kind":"sleep","sleep":{"seconds":600},"resources":{"qpu:fake":1}}
            {"id":"b","kind":"sleep","sleep":{"seconds":600},"resources":{"qpu:fake":1}}
            {"id":"other","kind":"noop","resources":{"qpu:none":1}}
            {"id":"gpus","kind":"noop","resources":{"gpus":3}}
            {"id":"memory","kind":"noop","resources":{"memory_mb":1000000000}}
            """),
        "--session",
        "s");
    String file =
        tasks(
            "p.yaml",
            """
            resource: local://
            name: p
            cores_per_node: 4
            gpus_per_node: 2
            named_resources: {"qpu:fake": 1}
            """);
    qtau.ok("pilot", "start", "--from", file, "--wait");
    Awaitility.await("one of them runs")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(qtau.ok("pilot", "show", "p").out())
                    .contains("[a...]", "attempt 1: 1 core (0), 1 qpu:fake", "free: 3 cores"));
    JsonNode agent = qtau.ok("pilot", "show", "p", "--json").json().get("agents").get(0);
    String runs = agent.at("/tasks/0/id").asText();
    String waits = runs.equals("a") ? "b" : "a";
    assertThat(agent.at("/has/named/qpu:fake").asInt()).isOne();
    Awaitility.await("the other waits")
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(qtau.ok("explain", "s/" + waits).out())
                    .contains("1 qpu:fake, 0 of 1 free"));
    assertThat(qtau.ok("explain", "s/other").out()).contains("it does not offer qpu:none");
    assertThat(qtau.ok("explain", "s/gpus").out()).contains("needs 3 GPUs, it has 2 GPUs");
    assertThat(qtau.ok("explain", "s/memory").out())
        .contains("needs more than 536870912 MiB of memory, it has ");

    // The broker knows what the lane's hash means, also after it was away.
    qtau.ok("broker", "stop");
    qtau.ok("broker", "start");
    qtau.ok("cancel", "s/" + runs);
    Awaitility.await("the next one has it")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(
                        JSON.readTree(qtau.ok("pilot", "show", "p", "--json").out())
                            .at("/agents/0/tasks/0/id")
                            .asText())
                    .isEqualTo(waits));
  }

  @Test
  void whatIsNoNameOrCountIsRefused() throws Exception {
    assertThat(
            qtau.run("pilot", "start", "--resource", "local://", "--named-resource", "gpu=1").err())
        .contains("resources.gpu", "two words around a colon");
    assertThat(
            qtau.run("submit", tasks("z.jsonl", "{\"kind\":\"noop\",\"resources\":{\"a:b\":0}}"))
                .err())
        .contains("resources.a:b", "above 0");
    Commands.Ended none = qtau.run("broker", "start", "--named-resource", "a:b=0");
    assertThat(none.code()).isEqualTo(2);
    assertThat(none.err()).contains("--named-resource", "resources.a:b: must be 1 to 1000");
    Commands.Ended twice =
        qtau.run("broker", "start", "--named-resource", "a:b=1", "--named-resource", "a:b=2");
    assertThat(twice.code()).isEqualTo(2);
    assertThat(twice.err()).contains("--named-resource", "resources.a:b: is there twice");
  }
}
