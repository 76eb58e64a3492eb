package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Pilots of a scheduler whose login host is behind SSH, and whose nodes reach the broker through
 * that host only.
 */
class LoginHostIT {
  @TempDir Path dir;
  private SlurmLab slurm;
  private SshSite site;
  private SshServer login;
  private Commands qtau;

  @BeforeEach
  void open() throws Exception {
    slurm = SlurmLab.get();
    site = new SshSite(dir.resolve("site"));
    login = site.login("login", slurm);
    qtau = new Commands(dir.resolve("home"), site);
  }

  @AfterEach
  void close() throws Exception {
    qtau.close();
    site.close();
  }

  private JsonNode start(String... more) throws Exception {
    List<String> arguments =
        new java.util.ArrayList<>(
            List.of("pilot", "start", "--resource", "slurm+ssh://login", "--name", "far"));
    arguments.addAll(List.of("--walltime", "10", "--wait", "--timeout", "120", "--json"));
    arguments.addAll(List.of(more));
    return qtau.ok(arguments.toArray(String[]::new)).json();
  }

  private void assertRunsOn(String session, String... hosts) throws Exception {
    String task = "{\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"hostname; sleep 1\"]}}\n";
    Path tasks = Files.writeString(dir.resolve("tasks"), task.repeat(4));
    qtau.ok("submit", tasks.toString(), "--session", session);
    Path out = dir.resolve(session);
    qtau.ok("await", session, "--out", out.toString(), "--timeout", "120");
    assertThat(out.resolve("results.jsonl")).content().contains(hosts);
  }

  @Test
  void itsNodesReachTheBrokerThroughATunnelThatOpensAgain() throws Exception {
    qtau.ok("broker", "start", "--listen", "127.0.0.1:0");
    JsonNode pilot = start("--nodes", "2", "--tunnel");
    assertThat(pilot.get("state").asText()).isEqualTo("READY");
    assertThat(slurm.allocations()).containsExactly(pilot.get("allocation").asText());
    Path there = login.home().resolve(".qtau/pilots/far");
    assertThat(Files.readString(there.resolve("settings.json")))
        .contains("tls://login:")
        .contains(there + "/credential");
    Secrets.of(dir.resolve("home")).assertInNoProcess();
    assertRunsOn("a", "\"host\":\"node");

    login.killSessions();
    Path log = dir.resolve("home/pilots/far/tunnel.log");
    await("it is open again")
        .atMost(Duration.ofMinutes(1))
        .untilAsserted(() -> assertThat(log).content().contains("open again"));
    assertRunsOn("b", "\"host\":\"node");
    assertThat(qtau.ok("pilot", "log", "far", "--agent", "1").out())
        .contains("==> login:" + there + "/agents/1/std", "far.1");

    qtau.ok("pilot", "stop", "far");
    assertThat(slurm.allocations()).isEmpty();
    assertThat(qtau.ok("pilot", "list").out()).isEmpty();
    assertThat(there.resolve("credential")).doesNotExist();
    assertThat(there.resolve("agents/0/left")).exists();
    assertThat(ProcessHandle.allProcesses())
        .noneMatch(
            process ->
                process.info().commandLine().orElse("").contains(dir.resolve("home/pilots") + "/"));
  }

  @Test
  void aTunnelForNodesNeedsTls() throws Exception {
    qtau.ok("broker", "start");
    Commands.Ended ended =
        qtau.run("pilot", "start", "--resource", "slurm+ssh://login", "--name", "p", "--tunnel");
    assertThat(ended.code()).isEqualTo(2);
    assertThat(ended.err()).contains("tunnel", "TLS", "--listen");
    assertThat(slurm.allocations()).isEmpty();
    assertThat(login.home().resolve(".qtau/pilots/p")).doesNotExist();
  }
}
