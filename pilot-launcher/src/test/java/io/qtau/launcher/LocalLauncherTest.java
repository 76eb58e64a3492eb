package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.PilotName;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The agent is a shell that waits: the launcher knows of it only its command line. */
class LocalLauncherTest {
  private static final String WAITS = "trap 'exit 0' TERM; while :; do sleep 0.05; done";
  private static final String HOLDS_ON = "trap '' TERM; while :; do sleep 0.05; done";

  @TempDir Path dir;
  private Allocation started;

  @AfterEach
  void release() throws Exception {
    if (started != null) {
      launcher().release(started);
    }
  }

  @Test
  void anAllocatedPilotRunsAndLeavesItsFiles() throws Exception {
    started = launcher().allocate(request("p1", WAITS));

    assertThat(state(started).phase()).isEqualTo(Phase.RUNNING);
    Path pilot = dir.resolve("pilots/p1");
    assertThat(mode(pilot)).isEqualTo("rwx------");
    assertThat(mode(pilot.resolve("settings.json"))).isEqualTo("rw-------");
    assertThat(pilot.resolve("pilot.sh")).content().startsWith("#!/bin/sh");
    assertThat(pilot.resolve("agents/0/pid")).exists();
    var settings = started.directory().settings();
    assertThat(settings.agent()).hasToString("p1.0");
    assertThat(settings.cores()).isEqualTo(3);
    assertThat(PilotDirectory.all(dir.resolve("pilots"))).containsExactly(started);
  }

  @Test
  void theNameOfALivePilotIsRefusedAndFreeAfterItsRelease() throws Exception {
    started = launcher().allocate(request("p1", WAITS));
    assertThatThrownBy(() -> launcher().allocate(request("p1", WAITS)))
        .isInstanceOf(NameInUse.class);
    assertThat(state(started).phase()).isEqualTo(Phase.RUNNING);

    launcher().release(started);
    assertThat(state(started).phase()).isEqualTo(Phase.DONE);
    launcher().release(started);
    started = launcher().allocate(request("p1", WAITS));
    assertThat(state(started).phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void anAgentThatDoesNotListenIsKilled() throws Exception {
    started = launcher().allocate(request("p1", HOLDS_ON));
    launcher().release(started);
    assertThat(state(started).phase()).isEqualTo(Phase.DONE);
    assertThat(dir.resolve("pilots/p1/settings.json")).exists();
  }

  @Test
  void anAgentThatEndsByItselfHasFailedWithItsLastWords() throws Exception {
    started = launcher().allocate(request("p1", "echo 'no such broker' >&2; exit 3"));
    await("the end of the agent").until(() -> !state(started).isAlive());
    assertThat(state(started)).isEqualTo(new AllocationState(Phase.FAILED, "no such broker"));
  }

  /** Killed before its process is known: by the kernel for its memory, say. */
  @Test
  void anAgentThatEndsBeforeItCouldSayAnythingIsToldWithItsExitStatus() {
    PilotRequest killed = agent("p1", WAITS).setupCommand("kill -KILL $$").build();
    assertThatThrownBy(() -> launcher().allocate(killed))
        .isInstanceOf(LaunchFailed.class)
        .hasMessageContaining(
            "'p1': an agent did not start: it ended with exit status 137"
                + " before it had said anything");
  }

  @Test
  void anotherProcessWithItsOldIdIsNotTakenForTheAgent() throws Exception {
    started = launcher().allocate(request("p1", WAITS));
    launcher().release(started);
    long mine = ProcessHandle.current().pid();
    Files.writeString(started.directory().path().resolve("agents/0/pid"), mine + "\n");
    assertThat(AgentProcess.of(started.directory())).isEmpty();
    launcher().release(started);
  }

  @Test
  void aResourceOfAnotherLauncherIsRefused() {
    assertThatThrownBy(() -> ResourceUrl.parse("local")).isInstanceOf(InvalidField.class);
    PilotRequest slurm = Requests.on("slurm://localhost").build();
    assertThatThrownBy(() -> launcher().allocate(slurm)).isInstanceOf(InvalidField.class);
  }

  private PilotLauncher launcher() {
    return new LocalLauncher(dir.resolve("pilots"), Duration.ofMillis(500));
  }

  private AllocationState state(Allocation allocation) {
    return launcher().states(List.of(allocation)).get(allocation);
  }

  private PilotRequest request(String name, String agent) {
    return agent(name, agent).build();
  }

  private PilotRequestBuilder agent(String name, String agent) {
    return Requests.on("local://")
        .name(new PilotName(name))
        .cores(3)
        .credentialFile(dir.resolve("credential"))
        .javaCommand(List.of("/bin/sh", "-c", agent, "java"));
  }

  private static String mode(Path path) throws Exception {
    return PosixFilePermissions.toString(Files.getPosixFilePermissions(path));
  }
}
