package io.qtau.launcher;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.qtau.launcher.AllocationState.Phase;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract of launchers, and what only a scheduler can do, on a real Slurm. */
class SlurmContractIT extends BatchContract {
  SlurmContractIT() {
    super(Commands.SLURM);
  }

  @Test
  void aRefusalHasSlurmsWordsAndLeavesNothing() {
    assertThatThrownBy(() -> start(request("p1", WAITS).queue("no such $(queue)")))
        .isInstanceOf(LaunchFailed.class)
        .hasMessageContaining("invalid partition specified: no such $(queue)");
    assertThatThrownBy(() -> start(request("p1", WAITS).nodes(9)))
        .isInstanceOf(LaunchFailed.class)
        .hasMessageContaining("Slurm refuses the pilot 'p1': ");
    assertThat(pilots().resolve("p1")).doesNotExist();
  }

  @Test
  void aPilotThatWaitsSaysForWhatAndLeavesTheQueueAtOnce() throws Exception {
    Allocation waiting = start(request("p1", WAITS).schedulerOption("--begin=now+1hour"));
    await("a reason").atMost(PATIENCE).until(() -> state(waiting).phase() == Phase.PENDING);
    assertThat(state(waiting).reason()).isEqualTo("BeginTime");
    launcher().release(waiting);
    assertThat(state(waiting).phase()).isEqualTo(Phase.DONE);
    assertThat(waiting.directory().site().resolve("agents")).doesNotExist();
  }

  @Test
  void oneThatIsCanceledFromOutsideSaysSo() throws Exception {
    Allocation pilot = start(request("p1", WAITS).nodes(2));
    awaitAgents(pilot, 2);
    slurm.run("scancel", pilot.directory().start().id());
    assertThat(awaitEnd(pilot).phase()).isEqualTo(Phase.CANCELED);
    await("its agents are gone").atMost(PATIENCE).until(() -> living(pilot).isEmpty());
  }

  @Test
  void oneAgentsDeathIsNotTheOthers() throws Exception {
    Allocation pilot = start(request("p1", WAITS).nodes(4));
    awaitAgents(pilot, 4);
    long first = AgentFiles.of(pilot.directory().site(), 0).pid().orElseThrow();
    ProcessHandle.of(first).ifPresent(ProcessHandle::destroyForcibly);
    await("its end").atMost(PATIENCE).until(() -> living(pilot).size() == 3);
    assertThat(state(pilot).phase()).isEqualTo(Phase.RUNNING);
  }

  @Test
  void whileTheControllerIsAwayTheStateStaysAndThenGoesOn() throws Exception {
    Allocation pilot = start(request("p1", WAITS));
    awaitAgents(pilot, 1);
    assertThat(state(pilot)).isEqualTo(new AllocationState(Phase.RUNNING, null));
    slurm.stopController();
    try {
      AllocationState meanwhile = state(pilot);
      assertThat(meanwhile.phase()).isEqualTo(Phase.RUNNING);
      assertThat(meanwhile.reason()).startsWith("Slurm does not answer: ");
    } finally {
      slurm.up();
    }
    await("an answer")
        .atMost(PATIENCE)
        .until(() -> state(pilot).equals(new AllocationState(Phase.RUNNING, null)));
  }

  @Test
  void manyAreToldToLeaveBeforeAnyIsWaitedForAndAskedForInOneCall() throws Exception {
    List<Allocation> many = new ArrayList<>();
    many.add(start(request("waits", WAITS).schedulerOption("--begin=now+1hour")));
    for (int i = 0; i < 3; i++) {
      many.add(start(request("p" + i, WAITS)));
      awaitAgents(many.get(i + 1), 1);
    }
    List<List<String>> commands = new ArrayList<>();
    BatchSite site = new NearSite(recorded(new LocalHost(slurm.variables()), commands), pilots());

    assertThat(launcher(pilots(), site).release(many)).isEmpty();
    assertThat(slurm.allocations()).isEmpty();
    assertThat(String.join(" ", commands.get(0)))
        .contains(many.stream().map(SlurmContractIT::id).toList());
    assertThat(commands.subList(1, 5))
        .as("nothing is asked before all are told")
        .allMatch(command -> command.get(0).equals("scancel"))
        .extracting(command -> command.get(command.size() - 1))
        .containsExactlyElementsOf(many.stream().map(SlurmContractIT::id).toList());
    assertThat(commands.size()).as("%s", commands).isLessThan(40);
  }

  private static String id(Allocation pilot) {
    try {
      return String.valueOf(pilot.directory().start().id());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The same host, which also notes what it is asked to run. */
  private static Host recorded(Host host, List<List<String>> commands) {
    return (Host)
        Proxy.newProxyInstance(
            Host.class.getClassLoader(),
            new Class<?>[] {Host.class},
            (proxy, method, arguments) -> {
              if (arguments != null && arguments[0] instanceof List<?> argv) {
                commands.add(argv.stream().map(String::valueOf).toList());
              }
              try {
                return method.invoke(host, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  @Test
  void twentyAreSubmittedAndAHundredAskedForInOneCall() throws Exception {
    List<Allocation> many = new ArrayList<>();
    long begin = System.nanoTime();
    for (int i = 0; i < 100; i++) {
      many.add(start(request("p" + i, WAITS).schedulerOption("--begin=now+1hour")));
      if (i == 19) {
        tell("20 pilots were submitted", begin);
      }
    }
    begin = System.nanoTime();
    assertThat(launcher().states(many).values()).allMatch(state -> state.phase() == Phase.PENDING);
    tell("100 states in one call", begin);
    slurm.run("scancel", "--state=PENDING", "--user=root");
  }

  private static void tell(String what, long begin) {
    System.out.println(
        "slurm: %s in %d ms".formatted(what, (System.nanoTime() - begin) / 1_000_000));
  }
}
