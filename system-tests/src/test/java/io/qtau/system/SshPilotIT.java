package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Pilots behind real OpenSSH servers, started with the command. */
class SshPilotIT {
  @TempDir Path dir;
  private SshSite site;
  private Commands qtau;

  @BeforeEach
  void open() throws Exception {
    site = new SshSite(dir.resolve("site"));
    qtau = new Commands(dir.resolve("home"), site);
    qtau.ok("broker", "start");
  }

  @AfterEach
  void close() throws Exception {
    qtau.close();
    site.close();
    Awaitility.await("no process of these hosts is left")
        .untilAsserted(() -> assertThat(processes(dir.resolve("site/servers"))).isEmpty());
  }

  /** The command lines that name something below a directory. */
  private static List<String> processes(Path directory) {
    return ProcessHandle.allProcesses()
        .map(process -> process.info().commandLine().orElse(""))
        .filter(line -> line.contains(directory.toString()) && !line.startsWith("sshd"))
        .toList();
  }

  @Test
  void tasksRunOnAllHostsOfAPilot() throws Exception {
    SshServer h1 = site.server("h1");
    SshServer h2 = site.server("h2");
    long began = System.nanoTime();
    start("ssh://h1,h2");
    System.out.printf("first start on two hosts: %.1f s%n", (System.nanoTime() - began) / 1e9);
    assertThat(run(2, "echo $HOME; sleep 2"))
        .containsExactlyInAnyOrder(h1.home().toString(), h2.home().toString());

    JsonNode pilot = qtau.ok("pilot", "list", "--json").json();
    assertThat(pilot.get("state").asText()).isEqualTo("READY");
    assertThat(pilot.get("agents")).hasSize(2);
    qtau.ok("pilot", "stop", "far");
    assertThat(qtau.ok("pilot", "list").out()).isEmpty();
    assertThat(processes(h1.home())).isEmpty();
    assertThat(h1.home().resolve(".qtau/pilots/far/agents/0/credential")).doesNotExist();
    began = System.nanoTime();
    start("ssh://h1,h2");
    System.out.printf("second start: %.1f s%n", (System.nanoTime() - began) / 1e9);
  }

  private void start(String resource, String... more) throws Exception {
    List<String> arguments =
        new ArrayList<>(
            List.of("pilot", "start", "--resource", resource, "--name", "far", "--wait"));
    arguments.addAll(List.of("--cores-per-node", "1"));
    arguments.addAll(List.of(more));
    qtau.ok(arguments.toArray(String[]::new));
  }

  /** Runs a shell command some times; what they have written. */
  private List<String> run(int times, String command) throws Exception {
    Path tasks = dir.resolve("tasks.jsonl");
    Files.writeString(
        tasks,
        "{\"kind\":\"exec\",\"exec\":{\"argv\":[\"sh\",\"-c\",\"%s\"]}}%n"
            .formatted(command)
            .repeat(times));
    Path out = Files.createTempDirectory(dir, "out");
    qtau.ok(
        "run", tasks.toString(), "--broker", broker(), "--out", out.toString(), "--timeout", "120");
    List<String> texts = new ArrayList<>();
    for (String line : Files.readAllLines(out.resolve("results.jsonl"))) {
      texts.add(
          new com.fasterxml.jackson.databind.ObjectMapper()
              .readTree(line)
              .at("/stdout/text")
              .asText()
              .strip());
    }
    return texts;
  }

  private String broker() throws Exception {
    return qtau.ok("broker", "status", "--json").json().get("url").asText();
  }
}
