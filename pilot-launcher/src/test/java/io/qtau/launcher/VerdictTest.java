package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.PilotName;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How a pilot has ended, from its scheduler's words and its own files. */
class VerdictTest {
  private static final PilotDirectory.Start START = new PilotDirectory.Start("7", 2, 1000);

  @TempDir Path pilots;
  private PilotDirectory directory;

  @BeforeEach
  void start() throws Exception {
    directory = PilotDirectory.of(pilots, new PilotName("p"));
    directory.claim().orElseThrow().close();
    directory.prepare(
        new AgentSettings(
            AgentName.parse("p.0"),
            "tcp://h:1",
            "/c",
            directory.path().toString(),
            "slurm://localhost",
            null,
            null,
            null),
        START);
  }

  private void file(String name, String content) throws Exception {
    Path file = directory.path().resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      nullValues = "-",
      value = {
        // told, its reason | exit | hello | phase | reason
        "DONE | - | - | yes | DONE | -",
        "DONE | its walltime is over | - | yes | DONE | its walltime is over",
        "DONE | - | 0 | no | FAILED | it ended before an agent reached the broker",
        "LOST | - | 0 | yes | DONE | -",
        "LOST | - | 0 | no | FAILED | it ended before an agent reached the broker",
        "LOST | - | 3 | yes | FAILED | exit status 3",
        "LOST | - | 143 | yes | CANCELED | Slurm has ended it",
        "LOST | - | - | yes | LOST | Slurm does not know it any more, and it left no exit status",
        "LOST | NODE_FAIL | - | yes | LOST | NODE_FAIL",
        "CANCELED | CANCELLED by 1 | 0 | yes | CANCELED | CANCELLED by 1",
        "FAILED | NonZeroExitCode | 3 | yes | FAILED | NonZeroExitCode",
      })
  void itIsReadFromWordsAndFiles(
      Phase told, String why, String exit, String hello, Phase phase, String reason)
      throws Exception {
    if (exit != null) {
      file("exit", exit + "\n");
    }
    if (hello.equals("yes")) {
      file("agents/1/hello", "");
    }
    assertThat(verdict(new AllocationState(told, why)))
        .isEqualTo(new AllocationState(phase, reason));
  }

  private AllocationState verdict(AllocationState told) throws Exception {
    return new Verdict(new LocalHost(), "Slurm").of(directory, told);
  }

  @Test
  void aFailureHasTheLastWordsOfAnAgentOrElseOfTheBatchScript() throws Exception {
    file("exit", "2\n");
    file("allocation.err", "srun: error: node2: task 1: Exited with exit code 2\n");
    AllocationState untold = new AllocationState(Phase.LOST, null);
    assertThat(verdict(untold).reason())
        .isEqualTo("exit status 2\nsrun: error: node2: task 1: Exited with exit code 2");
    file("agents/1/stderr", "x".repeat(5000) + "\nno broker\n");
    assertThat(verdict(untold).reason()).endsWith("x\nno broker").hasSizeLessThan(2100);
  }

  @Test
  void theEndOfAnEarlierStartIsNotThatOfALaterOne() throws Exception {
    AllocationState end = new AllocationState(Phase.FAILED, "why");
    directory.ended(START, end);
    assertThat(directory.end()).contains(end);
    directory.started(new PilotDirectory.Start("8", 2, 2000));
    assertThat(directory.end()).isEmpty();
  }

  @Test
  void howFarAPilotHasComeIsRemembered() throws Exception {
    assertThat(directory.reached(PilotPhase.READY)).isEqualTo(PilotPhase.READY);
    assertThat(directory.reached(PilotPhase.PENDING)).isEqualTo(PilotPhase.READY);
    assertThat(directory.reached(PilotPhase.DONE)).isEqualTo(PilotPhase.DONE);
    assertThat(directory.reached(PilotPhase.READY)).isEqualTo(PilotPhase.DONE);
  }
}
