package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.system.Commands.Ended;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code qtau collect} beside the sessions' own readers, over a broker that is killed. */
class CollectIT {
  @TempDir Path home;
  @TempDir Path work;
  private Commands qtau;
  private Process collect;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
    qtau.ok("pilot", "start", "--resource", "local://", "--wait");
    collect = qtau.start(work.resolve("collect.out"), err(), "collect", "--out", out().toString());
    Awaitility.await("the broker copies results")
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> Files.readString(err()).contains("collecting into"));
  }

  @AfterEach
  void stop() throws Exception {
    Commands.kill(collect.pid());
    qtau.close();
  }

  @Test
  void everySessionIsCollectedOnceAndTheirReadersGetAllToo() throws Exception {
    session("one", 300);
    awaitCollected(300);
    Commands.kill(qtau.ok("broker", "status", "--json").json().get("pid").asLong());
    qtau.ok("broker", "start");
    session("two", 200);
    awaitCollected(500);

    Ended second = qtau.run("collect", "--out", work.resolve("second").toString());
    assertThat(second.code()).as(second.err()).isEqualTo(5);

    collect.destroy();
    assertThat(collect.waitFor(20, TimeUnit.SECONDS)).as("it ends").isTrue();
    assertThat(collect.exitValue()).as(Files.readString(err())).isZero();
    assertThat(collected()).doesNotHaveDuplicates().hasSize(500);
    assertThat(Files.readAllLines(out().resolve("metrics.csv"))).hasSize(501);
    assertThat(Files.readString(work.resolve("collect.out"))).contains("500");
  }

  private void session(String name, int tasks) throws Exception {
    Path file = work.resolve(name + ".jsonl");
    Files.writeString(file, "{\"kind\":\"noop\"}\n".repeat(tasks));
    qtau.ok("submit", file.toString(), "--session", name);
    Path own = work.resolve("own-" + name);
    qtau.ok("await", name, "--out", own.toString(), "--timeout", "60");
    assertThat(Files.readAllLines(own.resolve("results.jsonl"))).hasSize(tasks);
  }

  private void awaitCollected(int count) {
    Awaitility.await(count + " results")
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> collected().size() == count);
  }

  private List<String> collected() throws IOException {
    Path file = out().resolve("results.jsonl");
    return Files.exists(file) ? Files.readAllLines(file) : List.of();
  }

  private Path out() {
    return work.resolve("collected");
  }

  private Path err() {
    return work.resolve("collect.err");
  }
}
