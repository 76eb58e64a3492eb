package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.client.Session;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/**
 * Real programs of one core, of a node, and of four nodes at once on four nodes with eight declared
 * slots each: there is never more on a node than it has, wide ones start in time, and the slots are
 * full. {@code -Dqtau.slots.tasks=N} says how many of one core there are, {@code
 * -Dqtau.slots.millis=N} how long each is; it prints what it measures. Agents that stand still for
 * longer than their connections may be silent run tasks again, and fail it.
 */
@Tag("alone")
class SlotsIT {
  private static final int NARROW = Integer.getInteger("qtau.slots.tasks", 2000);
  private static final long LOOK_NANOS = TimeUnit.SECONDS.toNanos(1);

  /** What others on this machine may cost a wide task, beside what its bound is made of. */
  private static final long SLACK_US = TimeUnit.SECONDS.toMicros(5);

  @TempDir Path home;
  private final Map<String, TaskResult> results = new HashMap<>();
  private SlurmLab slurm;
  private Commands qtau;
  private SlotWork work;
  private int submitted;
  private long lookedNanos = System.nanoTime();
  private int looks;

  @BeforeEach
  void start() throws Exception {
    work = new SlotWork(home, NARROW);
    slurm = SlurmLab.withProcessors(SlotWork.CORES);
    qtau = new Commands(home, null, slurm.variables());
    qtau.ok("broker", "start");
    qtau.ok(
        "pilot",
        "start",
        "--resource",
        "slurm://localhost",
        "--name",
        "four",
        "--nodes",
        Integer.toString(SlotWork.NODES),
        "--cores-per-node",
        Integer.toString(SlotWork.CORES),
        "--wait",
        "--timeout",
        "120");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
    slurm.close();
  }

  @Test
  @Timeout(value = 1, unit = TimeUnit.HOURS)
  void slotsAreFullAndNeverMoreAndNoWideTaskStarves() throws Exception {
    BrokerUrl url =
        BrokerUrl.parse(qtau.ok("broker", "status", "--json").json().get("url").asText());
    try (QTau client = QTau.connect(url, OwnerCredential.obtain(home));
        Session session = client.newSession("slots")) {
      session.submit(work.first().iterator(), accepted -> {});
      submitted = 1;
      session.read(this::record, () -> goOn(client, session));
    }
    assertThat(results.values()).extracting(TaskResult::status).containsOnly(TaskStatus.SUCCESS);
    assertThat(results).hasSize(work.tasks());
    assertThat(looks).as("looks at the ledgers").isPositive();
    checkProcesses();
    checkTimes(new SlotTimes(List.copyOf(results.values())));
  }

  private void record(List<TaskResult> group) {
    for (TaskResult result : group) {
      assertThat(results.put(result.id().value(), result))
          .as("a second result of " + result.id())
          .isNull();
    }
  }

  /** Between groups of results: submits what is due, and looks at the ledgers. */
  private boolean goOn(QTau client, Session session) {
    try {
      while (submitted < work.due(results.size())) {
        session.submit(work.portion(submitted++).iterator(), accepted -> {});
      }
      if (System.nanoTime() - lookedNanos > LOOK_NANOS) {
        client.survey().agents().forEach(SlotsIT::checkLedger);
        lookedNanos = System.nanoTime();
        looks++;
      }
    } catch (QTauException e) {
      throw new AssertionError(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return results.size() == work.tasks();
  }

  /** What an agent tells of its slots: each is one task's. */
  private static void checkLedger(AgentState agent) {
    int held = 0;
    Set<Integer> cores = new HashSet<>();
    List<Integer> twice = new ArrayList<>();
    for (AgentState.Attempt attempt : agent.running()) {
      held += attempt.holds().milliCores();
      attempt.holds().cores().stream().filter(core -> !cores.add(core)).forEach(twice::add);
    }
    assertThat(twice).as("cores that two tasks have: " + agent).isEmpty();
    assertThat(held).as(agent.toString()).isBetween(0, 1000 * SlotWork.CORES);
    assertThat(agent.freeMilliCores()).as(agent.toString()).isBetween(0, 1000 * SlotWork.CORES);
  }

  private void checkProcesses() throws Exception {
    Occupancy occupancy = Occupancy.of(Files.readAllLines(work.notes()));
    occupancy.checkExecutions();
    assertThat(occupancy.tasks()).isEqualTo(work.tasks());
    assertThat(occupancy.changes()).hasSize(2 * work.processes());
    assertThat(occupancy.most())
        .as("the most cores of processes at one instant")
        .hasSize(SlotWork.NODES)
        .allSatisfy((host, cores) -> assertThat(cores).as(host).isEqualTo(SlotWork.CORES));
    System.out.printf(
        "slots: %d tasks, %d looks at the ledgers, most cores at one instant: %s%n",
        work.tasks(), looks, occupancy.most());
  }

  private void checkTimes(SlotTimes times) {
    SlotTimes.Waits wide = times.waits(SlotWork.WIDE);
    SlotTimes.Waits gangs = times.waits(SlotWork.GANG);
    double utilisation = times.utilisation(SlotWork.NODES * SlotWork.CORES);
    System.out.printf("slots: tasks of a node waited for %s%n", wide);
    System.out.printf(
        "slots: tasks of four nodes waited for %s; gathered in %.2f s at most%n",
        gangs,
        results.values().stream()
            .filter(result -> result.mpi() != null)
            .mapToDouble(result -> MpiPrograms.facts(result).gatherSeconds())
            .max()
            .orElseThrow());
    System.out.printf(
        "slots: %.1f %% of the slots were used in the %.1f s in which tasks waited%n",
        100 * utilisation, times.secondsOfWaiting());
    // One of the other width may have its turn first: it runs, and then it is this one's.
    long bound = SLACK_US + 2 * times.longestRunUs(SlotWork.GANG);
    assertThat(wide.longestLateUs()).isLessThan(bound);
    assertThat(gangs.longestLateUs()).isLessThan(bound);
    // Above 95 % on a machine that has nothing else to do; this one may.
    assertThat(utilisation).isGreaterThan(0.4);
  }
}
