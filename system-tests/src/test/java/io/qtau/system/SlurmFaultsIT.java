package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Parts of a real Slurm fail while a pilot works there. */
class SlurmFaultsIT {
  private static final Duration AWAY = Duration.ofSeconds(20);

  @TempDir static Path home;
  private static SlurmLab slurm;
  private static Commands qtau;
  private static QTau client;
  private static Session session;

  @BeforeAll
  static void start() throws Exception {
    slurm = SlurmLab.get();
    qtau = new Commands(home, null, slurm.variables());
    qtau.ok("broker", "start");
    String url = qtau.ok("broker", "status", "--json").json().get("url").asText();
    client = QTau.connect(BrokerUrl.parse(url), OwnerCredential.obtain(home));
    session = client.newSession("faults");
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    qtau.close();
  }

  @AfterEach
  void stopPilots() throws Exception {
    qtau.ok("pilot", "stop", "--all");
    assertThat(slurm.allocations()).isEmpty();
  }

  private static void pilot(String name, String... more) throws Exception {
    List<String> command =
        new ArrayList<>(List.of("pilot", "start", "--resource", "slurm://localhost"));
    command.addAll(List.of("--name", name, "--cores-per-node", "1", "--wait"));
    command.addAll(List.of(more));
    qtau.ok(command.toArray(String[]::new));
  }

  private static JsonNode shown(String pilot) throws Exception {
    return qtau.ok("pilot", "show", pilot, "--json").json();
  }

  private static List<TaskHandle> submit(int count, String program) throws Exception {
    List<TaskHandle> handles = new ArrayList<>();
    for (int i = 0; i < count; i++) {
      handles.add(session.submit(TaskDescription.exec("sh", "-c", program).build()));
    }
    return handles;
  }

  @Test
  void aControllerThatIsAwayIsMissedByNoTask() throws Exception {
    pilot("works", "--nodes", "2");
    List<TaskHandle> tasks = submit(10, "sleep 4");
    slurm.stopController();
    long away = System.nanoTime();
    try {
      assertThat(shown("works").get("state").asText()).isEqualTo("READY");
      Commands.Ended refused =
          qtau.run("pilot", "start", "--resource", "slurm://localhost", "--name", "late");
      assertThat(refused.code()).as(refused.err()).isEqualTo(3);
      assertThat(refused.err()).contains("late", "Unable to contact slurm controller");
      for (TaskHandle task : tasks) {
        assertThat(task.get(60, TimeUnit.SECONDS).succeeded()).isTrue();
      }
      await("it is away for long")
          .atMost(2 * AWAY.toSeconds(), TimeUnit.SECONDS)
          .until(() -> System.nanoTime() - away > AWAY.toNanos());
      assertThat(shown("works").get("state").asText()).isEqualTo("READY");
    } finally {
      slurm.up();
    }
    pilot("late");
  }

  @Test
  void aNodeThatFailsCostsItsTasksAnAttemptAndTheFirstOneThePilot() throws Exception {
    pilot("fails", "--nodes", "2");
    String runs = home.resolve("runs").toString();
    List<TaskHandle> tasks =
        submit(2, "[ $QTAU_ATTEMPT -gt 1 ] && exit; echo >>" + runs + "; exec sleep 300");
    await("both run")
        .atMost(60, TimeUnit.SECONDS)
        .until(
            () ->
                shown("fails").get("agents").findValuesAsText("running").equals(List.of("1", "1")));
    fail("node2");
    qtau.ok("pilot", "start", "--resource", "local://", "--cores-per-node", "1", "--wait");
    await("its task has run elsewhere")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> tasks.stream().filter(TaskHandle::isDone).count() == 1);
    await("the pilot goes on without it")
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () -> {
              JsonNode pilot = shown("fails");
              assertThat(pilot.get("state").asText()).isEqualTo("READY");
              assertThat(pilot.get("degraded").asBoolean()).isTrue();
            });

    fail("node1"); // The one with the batch script.
    for (TaskHandle task : tasks) {
      TaskResult result = task.get(60, TimeUnit.SECONDS);
      assertThat(result.succeeded()).as(result.toString()).isTrue();
      assertThat(result.attempt()).isEqualTo(2);
    }
    await("the pilot's end")
        .atMost(60, TimeUnit.SECONDS)
        .until(() -> shown("fails").get("state").asText().equals("FAILED"));
    assertThat(shown("fails").get("reason").asText()).contains("Node failure on node1");
    assertThat(Files.readAllLines(Path.of(runs))).as("starts before").hasSize(2);
  }

  /** As if the node did not answer any more; it comes back by itself. */
  private static void fail(String node) throws Exception {
    slurm.run("scontrol", "update", "nodename=" + node, "state=down", "reason=test");
  }
}
