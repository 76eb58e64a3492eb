package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots on a real Slurm that knows its accounts. */
class SlurmAccountsIT {
  private static final String OTHER_ACCOUNT =
      "Invalid account or account/partition combination specified";
  private static final String OTHER_QOS = "Invalid qos specification";
  private static final String SHORT = "--scheduler-option=--qos=short";

  @TempDir static Path home;
  private static SlurmLab slurm;
  private static Commands qtau;

  @BeforeAll
  static void start() throws Exception {
    slurm = SlurmLab.withAccounts();
    slurm.run("sacctmgr", "--immediate", "add", "qos", "short");
    slurm.run("sacctmgr", "--immediate", "add", "account", "physics", "qos=normal,short");
    slurm.run("sacctmgr", "--immediate", "add", "user", "root", "account=physics");
    qtau = new Commands(home, null, slurm.variables());
    qtau.ok("broker", "start");
  }

  @AfterAll
  static void stop() throws Exception {
    try (SlurmLab itself = slurm) {
      qtau.close();
    }
  }

  private static Commands.Ended start(String name, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("pilot", "start", "--resource", "slurm://localhost", "--name", name));
    arguments.addAll(List.of(more));
    return qtau.run(arguments.toArray(String[]::new));
  }

  @Test
  void aPilotIsOfAKnownAccountAndQualityOfServiceOrRefusedInSlurmsWords() throws Exception {
    Commands.Ended good = start("good", "--project", "physics", SHORT, "--wait", "--json");
    assertThat(good.code()).as(good.err()).isZero();
    assertThat(good.json().get("state").asText()).isEqualTo("READY");
    assertHistory(
        good.json().get("allocation").asText(), "Account,QOS,State", "physics|short|RUNNING");

    assertRefused(start("bad", "--project", "nosuch"), OTHER_ACCOUNT);
    assertRefused(
        start("bad", "--project", "physics", "--scheduler-option=--qos=nosuch"), OTHER_QOS);
    assertThat(slurm.allocations()).containsExactly(good.json().get("allocation").asText());
    qtau.ok("pilot", "stop", "good");
  }

  /**
   * Slurm writes its history behind the allocation's start: soon, and on a busy machine not at
   * once.
   */
  private static void assertHistory(String id, String fields, String expected) {
    Awaitility.await("Slurm's history of allocation " + id)
        .atMost(60, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(
                        slurm.output(
                            "sacct",
                            "--noheader",
                            "--parsable2",
                            "--allocations",
                            "--format=" + fields,
                            "--jobs=" + id))
                    .containsExactly(expected));
  }

  /** Nothing of it is left, here or there. */
  private static void assertRefused(Commands.Ended start, String words) throws Exception {
    assertThat(start.code()).as(start.err()).isEqualTo(3);
    assertThat(start.err())
        .contains("Slurm refuses the pilot 'bad': ", words)
        .doesNotContain("Exception", "sbatch:");
    assertThat(home.resolve("pilots/bad")).doesNotExist();
    assertThat(qtau.run("pilot", "show", "bad").err()).contains("bad");
    assertThat(qtau.ok("pilot", "list").out()).doesNotContain("bad");
  }
}
