package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.MpiPlugin;
import io.qtau.protocol.Resources;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The memory of a program over two machines, each of which sees its own processes only. */
class MpiMemoryIT {
  @TempDir static Path dir;
  @TempDir Path files;
  private static Rack rack;
  private static SshSite site;
  private static Commands qtau;
  private static QTau client;
  private static Session session;

  @BeforeAll
  static void start() throws Exception {
    site = new SshSite(dir.resolve("site"));
    rack = new Rack(2, dir);
    for (int machine = 1; machine <= 2; machine++) {
      site.server("h" + machine, rack.prefixApart(machine), rack.address(machine));
    }
    qtau = new Commands(dir.resolve("home"), site);
    qtau.ok("broker", "start");
    qtau.ok(
        "pilot",
        "start",
        "--resource",
        "ssh://h1,h2",
        "--name",
        "rack",
        "--cores-per-node",
        "1",
        "--tunnel",
        "--wait");
    String url = qtau.ok("broker", "status", "--json").json().get("url").asText();
    client = QTau.connect(BrokerUrl.parse(url), OwnerCredential.obtain(dir.resolve("home")));
    session = client.newSession("mpi");
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    qtau.close();
    site.close();
    rack.close();
  }

  /** On the machine whose agent leads, and on the other one. */
  @ParameterizedTest
  @CsvSource({"PMIX, 0", "PMIX, 1", "PMI2, 1"})
  void whoUsesMoreThanItSaidOnAnyMachineFailsAndIsToldSo(MpiPlugin plugin, int rank)
      throws Exception {
    TaskResult result =
        session
            .submit(
                MpiPrograms.eats(new MpiLayout(2, 1, 1, 0), plugin, rank, files)
                    .resources(new Resources(1000, 0, 150, 2, Map.of()))
                    .build())
            .get(60, TimeUnit.SECONDS);
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.error().type()).isEqualTo("OutOfMemory");
    assertThat(result.error().message())
        .containsPattern(
            "it used [1-3][0-9][0-9] MiB of memory on m%d, the node of rack.%d,"
                .formatted(rank + 1, rank))
        .contains("resources.memory_mb is 150: it was ended with all its processes");
    assertThat(MpiPrograms.processes(files)).isEmpty();
  }
}
