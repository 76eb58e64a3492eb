package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * What every launcher does alike, on its real service. The agent is a shell script: a launcher
 * knows of it only its command line and its files.
 */
abstract class LauncherContract {
  static final Duration PATIENCE = Duration.ofSeconds(90);
  static final String WAITS = "touch hello; trap 'exit 0' TERM; while :; do sleep 0.05; done";

  @TempDir Path dir;
  private final List<Allocation> started = new ArrayList<>();

  /** Another one each time, as in another command. */
  abstract PilotLauncher launcher(Path pilots);

  abstract ResourceUrl resource();

  /** How many nodes it can be asked for. */
  abstract int nodes();

  /** A directory's name that is as odd as the resource can bear. */
  abstract String oddName();

  @BeforeEach
  void haveACredential() throws IOException {
    Files.writeString(dir.resolve("credential"), "user:secret");
  }

  @AfterEach
  void releaseAll() throws Exception {
    for (Allocation allocation : started) {
      launcher().release(allocation);
    }
    started.clear();
  }

  final Path pilots() {
    return dir.resolve(oddName());
  }

  final PilotLauncher launcher() {
    return launcher(pilots());
  }

  final PilotRequestBuilder request(String name, String agent) {
    return PilotRequest.on(resource())
        .name(new PilotName(name))
        .cores(1)
        .broker("tcp://127.0.0.1:1")
        .credentialFile(dir.resolve("credential"))
        .javaCommand(List.of("/bin/sh", "-c", agent, "java"));
  }

  final Allocation start(PilotRequestBuilder request) throws LaunchFailed {
    Allocation allocation = launcher().allocate(request.build());
    started.add(allocation);
    return allocation;
  }

  final AllocationState state(Allocation allocation) {
    return launcher().states(List.of(allocation)).get(allocation);
  }

  final AllocationState awaitEnd(Allocation allocation) {
    await("the end of " + allocation.name())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .until(() -> !state(allocation).isAlive());
    return state(allocation);
  }

  final void awaitAgents(Allocation allocation, int count) {
    await(count + " agents of " + allocation.name())
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> files(allocation, "hello").size() == count);
  }

  /** The pilot's directory on its resource, which is seen from here. */
  Path site(Allocation allocation) throws Exception {
    return allocation.directory().site();
  }

  /** The agents, by number, that have left such a file. */
  private Set<Integer> files(Allocation allocation, String name) throws Exception {
    Set<Integer> numbers = new TreeSet<>();
    for (AgentFiles agent : AgentFiles.all(site(allocation))) {
      if (Files.exists(agent.path().resolve(name))) {
        numbers.add(agent.number());
      }
    }
    return numbers;
  }

  /** The processes of its agents that live. */
  final List<Long> living(Allocation allocation) throws Exception {
    List<Long> living = new ArrayList<>();
    for (AgentFiles agent : AgentFiles.all(site(allocation))) {
      agent
          .pid()
          .ifPresent(
              pid -> {
                if (AgentProcess.runsAgent(
                    pid, agent.path().resolve("../../settings.json").normalize())) {
                  living.add(pid);
                }
              });
    }
    return living;
  }

  @Test
  void aPilotHasAnAgentOnEachNodeUntilItIsReleased() throws Exception {
    Allocation pilot = start(request("p1", WAITS).nodes(nodes()));
    awaitAgents(pilot, nodes());
    assertThat(state(pilot).phase()).isEqualTo(Phase.RUNNING);
    assertThat(living(pilot)).hasSize(nodes());
    assertThat(PilotDirectory.all(pilots())).containsExactly(pilot);
    Path credential = site(pilot).resolve("credential");
    if (resource().isRemote()) {
      assertThat(credential).hasContent("user:secret");
      assertThat(Files.getPosixFilePermissions(credential)).hasSize(2);
    }

    launcher().release(pilot);
    assertThat(living(pilot)).isEmpty();
    assertThat(credential).doesNotExist();
    assertThat(state(pilot)).isEqualTo(new AllocationState(Phase.DONE, null));
    assertThat(files(pilot, "stderr")).hasSize(nodes());
    launcher().release(pilot);
  }

  @Test
  void theNameOfALivePilotIsRefusedAndFreeAfterItsRelease() throws Exception {
    Allocation pilot = start(request("p1", WAITS));
    AtomicBoolean admitted = new AtomicBoolean();
    assertThatThrownBy(
            () ->
                launcher()
                    .<RuntimeException>allocate(
                        request("p1", WAITS).build(), () -> admitted.set(true)))
        .isInstanceOf(NameInUse.class);
    assertThat(admitted).as("something was done for it").isFalse();
    awaitAgents(pilot, 1);
    assertThat(state(pilot).phase()).isEqualTo(Phase.RUNNING);

    launcher().release(pilot);
    assertThat(start(request("p1", WAITS))).isEqualTo(pilot);
    awaitAgents(pilot, 1);
  }

  @Test
  void anAgentThatEndsWithAnErrorHasFailedWithItsLastWords() throws Exception {
    Allocation pilot = start(request("p1", "touch hello; echo 'no such broker' >&2; exit 3"));
    AllocationState end = awaitEnd(pilot);
    assertThat(end.phase()).isEqualTo(Phase.FAILED);
    assertThat(end.reason()).endsWith("no such broker");
    assertThat(launcher().said(pilot))
        .anySatisfy(
            said -> {
              assertThat(said.agent()).isZero();
              assertThat(said.file()).contains("/p1/").endsWith("/agents/0/stderr");
              assertThat(said.text()).isEqualTo("no such broker\n");
            });
    assertThat(state(pilot)).as("the next look").isEqualTo(end);
  }

  @Test
  void anAgentThatEndsBeforeItsHelloHasFailedToo() throws Exception {
    Allocation pilot = start(request("p1", "echo 'cannot connect' >&2"));
    AllocationState end = awaitEnd(pilot);
    assertThat(end.phase()).isEqualTo(Phase.FAILED);
    assertThat(end.reason()).endsWith("cannot connect");
  }

  @Test
  void anAgentThatDoesNotListenIsKilled() throws Exception {
    Allocation pilot =
        start(request("p1", "touch hello; trap '' TERM; while :; do sleep 0.05; done"));
    awaitAgents(pilot, 1);
    launcher().release(pilot);
    assertThat(state(pilot).phase()).isEqualTo(Phase.DONE);
    // Some schedulers call an allocation ended while they still kill what is in it.
    await("no agent is left").atMost(PATIENCE).until(() -> living(pilot).isEmpty());
  }

  @Test
  void valuesAreDataAndSetupCommandsAreShell() throws Exception {
    String odd = "a  b'\"\\ $(touch x) `touch x`; touch x\nü %j";
    Path conda = dir.resolve("env " + odd);
    Files.createDirectories(conda.resolve("bin"));
    Allocation pilot =
        start(
            request("p1", "")
                .javaCommand(
                    List.of(
                        "/bin/sh",
                        "-c",
                        "printf %s \"$0|$CONDA_PREFIX|$SET|${PATH%%:*}\" >seen.new;"
                            + " mv seen.new seen; touch hello; "
                            + WAITS,
                        odd))
                .condaEnvironment(conda.toString())
                .setupCommand("SET='it is'")
                .setupCommand("export SET=\"$SET $(echo set)\""));
    awaitAgents(pilot, 1);
    assertThat(AgentFiles.of(site(pilot), 0).path().resolve("seen"))
        .hasContent(odd + "|" + conda + "|it is set|" + conda.resolve("bin"));
    try (Stream<Path> all = Files.walk(dir)) {
      assertThat(all.filter(path -> path.endsWith("x"))).isEmpty();
    }
  }

  @Test
  void aWorkingDirectoryHoldsThePilotsFilesInstead() throws Exception {
    Path working = dir.resolve("scratch " + oddName());
    Allocation pilot = start(request("p1", WAITS).workingDirectory(working.toString()));
    awaitAgents(pilot, 1);
    assertThat(site(pilot)).startsWith(working.resolve("p1"));
    assertThat(pilots().resolve("p1/agents")).doesNotExist();
  }

  @Test
  void manyPilotsAreAskedForAndReleasedTogether() throws Exception {
    List<Allocation> many = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      many.add(start(request("p" + i, WAITS)));
    }
    for (Allocation pilot : many) {
      awaitAgents(pilot, 1);
    }
    assertThat(launcher().states(many)).containsOnlyKeys(many);
    assertThat(launcher().states(many).values()).allMatch(state -> state.phase() == Phase.RUNNING);

    assertThat(launcher().release(many)).isEmpty();
    for (Allocation pilot : many) {
      assertThat(living(pilot)).isEmpty();
      assertThat(state(pilot)).isEqualTo(new AllocationState(Phase.DONE, null));
    }
  }
}
