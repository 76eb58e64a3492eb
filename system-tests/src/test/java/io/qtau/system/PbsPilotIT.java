package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A pilot with a real agent, through qsub, qstat and qdel. */
class PbsPilotIT {
  @TempDir Path home;
  @TempDir Path work;

  @Test
  void aPilotIsSubmittedRunsTasksAndIsReleased() throws Exception {
    SlurmLab slurm = SlurmLab.get();
    try (Commands qtau = new Commands(home, null, slurm.variables())) {
      qtau.ok("broker", "start");
      JsonNode pilot =
          qtau.ok(
                  "pilot",
                  "start",
                  "--resource",
                  "pbs://localhost",
                  "--name",
                  "p",
                  "--walltime",
                  "10",
                  "--scheduler-option=-l walltime=00:05:00",
                  "--wait",
                  "--timeout",
                  "120",
                  "--json")
              .json();
      assertThat(pilot.get("state").asText()).isEqualTo("READY");
      // What the scheduler granted, not what was asked for beside its option.
      Instant ends = Instant.parse(pilot.get("ends").asText());
      assertThat(ends).isBetween(Instant.now(), Instant.now().plusSeconds(300));
      assertThat(slurm.allocations()).containsExactly(pilot.get("allocation").asText());

      Path tasks =
          Files.writeString(
              work.resolve("t"), "{\"kind\":\"exec\",\"exec\":{\"argv\":[\"hostname\"]}}\n");
      qtau.ok("submit", tasks.toString(), "--session", "s");
      Path out = work.resolve("out");
      qtau.ok("await", "s", "--out", out.toString(), "--timeout", "120");
      assertThat(out.resolve("results.jsonl")).content().contains("\"host\":\"node");

      qtau.ok("pilot", "stop", "p");
      assertThat(qtau.ok("pilot", "list").out()).isEmpty();
      // The PBS command calls an allocation ended that Slurm behind it lists as completing.
      await("Slurm lists no allocation")
          .atMost(Duration.ofSeconds(30))
          .untilAsserted(() -> assertThat(slurm.allocations()).isEmpty());
    }
  }
}
