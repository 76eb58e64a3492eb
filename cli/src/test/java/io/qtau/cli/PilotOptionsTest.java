package io.qtau.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.launcher.BatchOptions;
import io.qtau.launcher.NodeSetup;
import io.qtau.launcher.PilotRequest;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.WhenItEnds;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** Each option reaches the request, and goes before the file. */
class PilotOptionsTest {
  private static final String ALL =
      "--resource slurm+ssh://login --name p --nodes 4 --cores-per-node 24 --gpus-per-node 2"
          + " --named-resource qpu:a=3 --walltime 30 --queue debug --project m1 --qos premium"
          + " --reservation r17 --constraint a100 --scheduler-option=--exclusive"
          + " --conda-environment env --module python --module cuda --setup-command true"
          + " --working-directory /scratch/me --when-it-ends to-shared --idle-timeout 90"
          + " --tunnel --own-pool-only";

  @TempDir Path dir;

  @Command
  static final class Holder {
    @Mixin final PilotOptions options = new PilotOptions();
  }

  private PilotRequest request(String... arguments) throws Exception {
    Holder holder = new Holder();
    new CommandLine(holder).parseArgs(arguments);
    return holder
        .options
        .request()
        .broker("tls://127.0.0.1:1")
        .credentialFile(dir.resolve("credential"))
        .javaCommand(List.of("java"))
        .build();
  }

  @Test
  void eachReachesTheRequest() throws Exception {
    PilotRequest request = request(ALL.split(" ", -1));
    assertThat(request.resource()).hasToString("slurm+ssh://login");
    assertThat(request.name()).hasToString("p");
    assertThat(request.nodes()).isEqualTo(4);
    assertThat(request.cores()).isEqualTo(24);
    assertThat(request.gpus()).isEqualTo(2);
    assertThat(request.named()).isEqualTo(Map.of("qpu:a", 3));
    assertThat(request.walltime()).isEqualTo(Duration.ofMinutes(30));
    assertThat(request.batch())
        .isEqualTo(
            new BatchOptions("debug", "m1", "premium", "r17", "a100", List.of("--exclusive")));
    assertThat(request.setup())
        .isEqualTo(new NodeSetup(List.of("python", "cuda"), "env", List.of("true")));
    assertThat(request.workingDirectory()).isEqualTo("/scratch/me");
    assertThat(request.leave()).isEqualTo(new LeaveRules(WhenItEnds.TO_SHARED, 90.0, null));
    assertThat(request.tunnel()).isTrue();
    assertThat(request.ownPoolOnly()).isTrue();
  }

  @Test
  void anOptionGoesBeforeTheFile() throws Exception {
    Path file =
        Files.writeString(
            dir.resolve("p.yaml"),
            "{resource: 'slurm://localhost', name: p, number_of_nodes: 2, queue: debug, qos: low}");
    PilotRequest request = request("--from", file.toString(), "--nodes", "3", "--qos", "high");
    assertThat(request.nodes()).isEqualTo(3);
    assertThat(request.batch().qos()).isEqualTo("high");
    assertThat(request.batch().queue()).isEqualTo("debug");
  }
}
