package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an agent leaves open on a node that is others', too. */
class GuestIT {
  private static final String TASKS =
      """
      {"id":"w","kind":"python","python":{"call":"os:getpid"}}
      {"id":"e","kind":"exec","exec":{"argv":["true"]}}
      """;

  @TempDir Path home;

  @Test
  void anAgentHasNoPortAndItsWorkersSocketIsItsAccountsAlone() throws Exception {
    try (Commands qtau = new Commands(home)) {
      long broker = qtau.ok("broker", "start", "--json").json().get("pid").asLong();
      qtau.localPilot("p", 1);
      Path tasks = Files.writeString(home.resolve("tasks.jsonl"), TASKS);
      qtau.ok("submit", tasks.toString(), "--session", "s");
      qtau.ok("await", "s", "--out", home.resolve("out").toString(), "--timeout", "120");
      long worker = worker();
      long agent = qtau.ok("pilot", "show", "p", "--json").json().at("/agents/0/pid").asLong();

      assertThat(Listeners.of(broker)).as("the broker's port is seen").hasSize(1);
      List<Long> processes = new ArrayList<>(List.of(agent));
      ProcessHandle.of(agent).orElseThrow().descendants().forEach(p -> processes.add(p.pid()));
      assertThat(processes).contains(worker);
      for (long pid : processes) {
        assertThat(Listeners.of(pid)).as("process %d", pid).isEmpty();
      }
      Path directory = socket(worker).getParent();
      assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(directory)))
          .isEqualTo("rwx------");
      assertThat(directory.startsWith(home)).as("%s is below the home", directory).isFalse();
    }
  }

  /** The one that ran the task, and waits for more. */
  private long worker() throws Exception {
    for (String line : Files.readAllLines(home.resolve("out/results.jsonl"))) {
      JsonNode result = new ObjectMapper().readTree(line);
      assertThat(result.get("status").asText()).as(line).isEqualTo("SUCCESS");
      if (result.get("id").asText().equals("w")) {
        return result.get("value").asLong();
      }
    }
    throw new AssertionError("the task has no result");
  }

  private static Path socket(long worker) throws Exception {
    String line = Files.readString(Path.of("/proc", Long.toString(worker), "cmdline"));
    List<String> argv = Arrays.asList(line.split("\0", -1));
    return Path.of(argv.get(argv.indexOf("--socket") + 1));
  }
}
