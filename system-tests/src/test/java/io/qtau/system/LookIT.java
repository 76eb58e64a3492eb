package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.system.Commands.Ended;
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

/** Where tasks are and why they wait, as the commands tell it of a real broker and agent. */
class LookIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start", "--most-cores", "64");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private String tasks(String lines) throws Exception {
    return Files.writeString(work.resolve("t.jsonl"), lines).toString();
  }

  private List<JsonNode> objects(String... command) throws Exception {
    List<JsonNode> objects = new ArrayList<>();
    for (String line : qtau.ok(command).out().lines().toList()) {
      objects.add(JSON.readTree(line));
    }
    return objects;
  }

  private String explain(String task) throws Exception {
    return qtau.ok("explain", task).out();
  }

  @Test
  void everyTaskIsFoundAndItsWaitExplained() throws Exception {
    Ended submitted =
        qtau.ok(
            "submit",
            tasks(
                """
                {"id":"long","kind":"sleep","sleep":{"seconds":600}}
                {"id":"wide","kind":"noop","resources":{"cores":64}}
                {"id":"fails","kind":"exec","exec":{"argv":["false"]},"priority":"high","retry":{"max_attempts":2,"backoff_s":600}}
                {"id":"done","kind":"noop","priority":"high"}
                """),
            "--session",
            "s");
    assertThat(submitted.err()).contains("no pilot is connected");
    assertThat(explain("s/long")).contains("place 1", "no pilot is connected");

    qtau.localPilot("p", 2);
    Awaitility.await()
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () ->
                explain("s/long").contains("runs on p.0")
                    && explain("s/fails").contains("rests until")
                    && explain("s/done").contains("ended with SUCCESS"));
    String behind = "{\"id\":\"behind\",\"kind\":\"noop\",\"resources\":{\"cores\":2}}";
    qtau.ok("submit", tasks(behind), "--session", "s");
    Awaitility.await()
        .untilAsserted(() -> assertThat(explain("s/behind")).contains("not enough free"));
    assertThat(explain("s/wide")).contains("p.0", "too wide: needs 64 cores, it has 2 cores");
    assertThat(objects("explain", "s", "--json"))
        .extracting(one -> one.at("/task/id").asText())
        .containsExactlyInAnyOrder("behind", "wide", "fails");

    assertThat(objects("task", "list", "s", "--json"))
        .extracting(one -> one.get("id").asText() + " " + one.get("state").asText())
        .containsExactlyInAnyOrder(
            "long RUNNING", "behind WAITING", "wide WAITING", "fails RESTING", "done FINISHED");
    assertThat(objects("task", "list", "s", "--state", "RUNNING", "--json")).hasSize(1);
    JsonNode lane =
        objects("lanes", "--json").stream()
            .filter(one -> one.get("queue").asText().equals("qtau.task.shared.c2"))
            .findFirst()
            .orElseThrow();
    assertThat(lane.get("waiting").asInt()).isOne();
    assertThat(lane.get("consumers").asInt()).isPositive();
    assertThat(qtau.ok("lanes", "--all").out()).contains("qtau.result.s", "qtau.claim.p.0.");

    Ended warned = qtau.ok("submit", tasks("{\"kind\":\"noop\",\"resources\":{\"gpus\":1}}"));
    assertThat(warned.err()).contains("a task in qtau.task.shared.c1.g1", "does not offer 1 GPU");

    Ended refused = qtau.run("submit", tasks("{\"kind\":\"noop\",\"resources\":{\"cores\":65}}"));
    assertThat(refused.code()).isEqualTo(2);
    assertThat(refused.err()).contains("c65", "at most 64 cores");

    Path out = work.resolve("out");
    qtau.ok("cancel", "s");
    Ended awaited = qtau.run("await", "s", "--out", out.toString(), "--timeout", "60");
    assertThat(awaited.code()).as(awaited.err()).isOne();
    assertThat(qtau.run("task", "show", "s/done").code()).isEqualTo(4);
    assertThat(qtau.ok("task", "show", "s/done", "--out", out.toString()).out())
        .contains("recorded  SUCCESS");
    assertThat(qtau.run("explain", "s/never").code()).isEqualTo(4);
    assertThat(qtau.run("explain", "nobody/x").code()).isEqualTo(4);
    assertThat(qtau.run("explain", "..").code()).isEqualTo(2);
  }
}
