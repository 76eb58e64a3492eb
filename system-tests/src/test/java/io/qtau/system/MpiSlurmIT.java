package io.qtau.system;

import static io.qtau.system.MpiPrograms.assertSuccess;
import static io.qtau.system.MpiPrograms.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.MpiFacts;
import io.qtau.protocol.MpiLauncher;
import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.MpiPlugin;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** MPI programs over the four nodes of a pilot on Slurm. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class MpiSlurmIT {
  static final List<String> LIBRARIES = MpiPrograms.LIBRARIES;

  /** All ranks of all nodes, and no fewer. */
  private static final MpiLayout EIGHT_ON_FOUR = new MpiLayout(8, 2, 1, 0);

  @TempDir static Path home;
  @TempDir Path files;
  private static Commands qtau;
  private static QTau client;
  private static Session session;
  private static MpiPrograms programs;

  @BeforeAll
  static void start() throws Exception {
    qtau = new Commands(home, null, SlurmLab.get().variables());
    qtau.ok("broker", "start");
    qtau.ok(
        "pilot",
        "start",
        "--resource",
        "slurm://localhost",
        "--name",
        "four",
        "--nodes",
        "4",
        "--cores-per-node",
        "2",
        "--gpus-per-node",
        "2",
        // All nodes of this cluster have the same address.
        "--setup-command",
        "export OMPI_MCA_btl_tcp_if_include=lo",
        "--wait",
        "--timeout",
        "120");
    String url = qtau.ok("broker", "status", "--json").json().get("url").asText();
    client = QTau.connect(BrokerUrl.parse(url), OwnerCredential.obtain(home));
    session = client.newSession("mpi");
    programs = new MpiPrograms(home);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    qtau.close();
  }

  private static TaskHandle submit(TaskDescription.Builder task) throws Exception {
    return session.submit(task.build());
  }

  private static TaskResult run(TaskDescription.Builder task) throws Exception {
    return submit(task).get(50, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void itsRanksAreOnAllNodesAndReachEachOther(String library) throws Exception {
    TaskResult hello = run(programs.task(EIGHT_ON_FOUR, library, "hello"));
    assertSuccess(hello);
    MpiFacts facts = facts(hello);
    assertThat(facts.launcher()).isEqualTo("srun");
    assertThat(facts.plugin()).isEqualTo(library.equals("mpich") ? "pmi2" : "pmix");
    assertThat(facts.hosts()).containsExactlyInAnyOrder("node1", "node2", "node3", "node4");
    for (int rank = 0; rank < 8; rank++) {
      assertThat(facts.output().get(rank).stdout().text())
          .startsWith("rank %d of 8 on %s,".formatted(rank, facts.hosts().get(rank / 2)));
    }
    TaskResult ring = run(programs.task(EIGHT_ON_FOUR, library, "ring"));
    assertSuccess(ring);
    assertThat(ring.stdout().text()).isEqualTo("[0] ring 28\n");
    TaskResult sum = run(programs.task(EIGHT_ON_FOUR, library, "allreduce"));
    assertSuccess(sum);
    assertThat(sum.stdout().text()).startsWith("[0] allreduce 36,");
    System.out.printf(
        "slurm: %s, 8 ranks on 4 nodes: gathered in %.3f s, launched in %.3f s, all in %.3f s%n",
        library,
        facts(ring).gatherSeconds(),
        facts(ring).launchSeconds(),
        facts(ring).wallSeconds());
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void whoAsksForMpirunHasIt(String library) throws Exception {
    TaskResult hello =
        run(
            MpiPrograms.task(
                EIGHT_ON_FOUR,
                MpiLauncher.MPIRUN,
                Map.of(),
                List.of(programs.program("hello", library))));
    assertSuccess(hello);
    assertThat(facts(hello).launcher()).endsWith(library);
    assertThat(facts(hello).plugin()).isNull();
    List<String> said = MpiPrograms.said(hello);
    for (int rank = 0; rank < 8; rank++) {
      assertThat(said.get(rank))
          .startsWith("rank %d of 8 on %s,".formatted(rank, facts(hello).hosts().get(rank / 2)));
    }
  }

  /** What a shell script starts cannot be seen: its owner says how its ranks find each other. */
  @Test
  void thePluginThatIsAskedForIsUsed() throws Exception {
    MpiLayout four = new MpiLayout(4, 1, 1, 0);
    List<String> hidden = List.of("sh", "-c", "exec \"$0\"", programs.program("hello", "mpich"));
    TaskResult right = run(MpiPrograms.task(four, MpiPlugin.PMI2, hidden));
    assertSuccess(right);
    assertThat(facts(right).plugin()).isEqualTo("pmi2");
    assertThat(right.stdout().text()).contains("rank 0 of 4", "rank 3 of 4");
    TaskResult wrong = run(MpiPrograms.task(four, MpiPlugin.PMIX, hidden));
    assertSuccess(wrong);
    assertThat(facts(wrong).plugin()).isEqualTo("pmix");
    assertThat(MpiPrograms.said(wrong)).hasSize(4).allMatch(line -> line.contains("rank 0 of 1"));
    assertThat(facts(wrong).notes())
        .singleElement()
        .asString()
        .contains("sh is not linked with Open MPI or MPICH", "rank 0 of 1");
  }

  @Test
  void eachRankSeesItsOwnGpusOfItsNode() throws Exception {
    TaskResult each = run(MpiPrograms.gpus(new MpiLayout(8, 2, 1, 1), MpiPlugin.PMIX));
    assertSuccess(each);
    assertThat(MpiPrograms.said(each)).hasSize(8);
    for (int node = 0; node < 4; node++) {
      assertThat(MpiPrograms.said(each).subList(2 * node, 2 * node + 2))
          .as("node " + node)
          .containsExactly("0/0/0/0", "1/1/0/1");
    }
    TaskResult none = run(MpiPrograms.gpus(new MpiLayout(4, 1, 1, 0), MpiPlugin.PMIX));
    assertSuccess(none);
    assertThat(MpiPrograms.said(none)).as("no device").containsOnly("///9999").hasSize(4);
  }

  @Test
  void aStateVectorLiesOnFourNodes() throws Exception {
    MpiPrograms.assertStateVector(run(MpiPrograms.stateVector(new MpiLayout(4, 1, 1, 0))), 4);
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void aRankThatFailsEndsAllOnAllNodes(String library) throws Exception {
    TaskHandle handle =
        submit(programs.task(EIGHT_ON_FOUR, library, "wait", files.toString(), "5", "9"));
    MpiPrograms.awaitWaiting(files, 8);
    Files.createFile(files.resolve("go"));
    TaskResult result = handle.get(30, TimeUnit.SECONDS);
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.exitCode()).isEqualTo(9);
    assertThat(result.error().message()).contains("rank 5 of 8");
    assertThat(facts(result).failed()).extracting(MpiFacts.FailedRank::rank).contains(5);
    assertThat(MpiPrograms.processes(files)).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void aRankThatIsKilledEndsAllOnAllNodes(String library) throws Exception {
    TaskHandle handle = submit(programs.task(EIGHT_ON_FOUR, library, "wait", files.toString()));
    MpiPrograms.awaitWaiting(files, 8);
    MpiPrograms.killWaiting(files, 5);
    MpiPrograms.awaitGone(files);
    TaskResult result = handle.get(30, TimeUnit.SECONDS);
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.error().type()).isEqualTo("RankFailed");
    assertThat(result.error().message()).contains("rank 5 of 8, on node", "signal 9");
    assertThat(facts(result).failed())
        .contains(new MpiFacts.FailedRank(5, 137, facts(result).hosts().get(2)));
  }

  @Test
  void noRankOutlivesATimeoutOrACancel() throws Exception {
    Path first = Files.createDirectory(files.resolve("late"));
    TaskHandle late =
        submit(
            programs
                .task(EIGHT_ON_FOUR, "mpich", "wait", first.toString())
                .timeout(Duration.ofSeconds(6)));
    MpiPrograms.awaitWaiting(first, 8);
    assertThat(late.get(30, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.TIMEOUT);
    assertThat(MpiPrograms.processes(files)).isEmpty();

    Path second = Files.createDirectory(files.resolve("canceled"));
    TaskHandle canceled = submit(programs.task(EIGHT_ON_FOUR, "mpich", "wait", second.toString()));
    MpiPrograms.awaitWaiting(second, 8);
    long begin = System.nanoTime();
    client.cancel("mpi", List.of(canceled.id()));
    Awaitility.await("all ranks are gone")
        .atMost(5, TimeUnit.SECONDS)
        .until(() -> MpiPrograms.processes(files).isEmpty());
    assertThat(canceled.get(30, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.CANCELED);
    System.out.printf(
        "slurm: all ranks of 4 nodes were gone %.1f s after a cancel%n",
        (System.nanoTime() - begin) / 1e9);
  }

  /** Programs of several sizes at once, and small tasks between them. */
  @Test
  void severalCompeteWithEachOtherAndWithSmallTasks() throws Exception {
    List<TaskHandle> handles = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      for (int nodes : List.of(4, 2, 3)) {
        handles.add(submit(programs.task(new MpiLayout(2 * nodes, 2, 1, 0), "mpich", "ring")));
      }
      for (int small = 0; small < 20; small++) {
        handles.add(submit(TaskDescription.exec("sleep", "0.2")));
      }
    }
    for (TaskHandle handle : handles) {
      assertSuccess(handle.get(50, TimeUnit.SECONDS));
    }
  }

  @Test
  void oneThatNeedsMoreNodesWaitsAndIsExplained() throws Exception {
    TaskHandle handle =
        submit(programs.task(new MpiLayout(10, 2, 1, 0), "mpich", "hello").id("wide"));
    Awaitility.await("explain")
        .atMost(30, TimeUnit.SECONDS)
        .untilAsserted(
            () ->
                assertThat(qtau.ok("explain", "mpi/wide").out())
                    .contains(
                        "four.0",
                        "too few nodes: needs 5 at once, and pilot four has 4 that could take"
                            + " part"));
    client.cancel("mpi", List.of(handle.id()));
    assertThat(handle.get(30, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.CANCELED);
  }

  @Test
  @Order(Integer.MAX_VALUE - 1)
  void aBrokerThatIsAwayForLongCostsItNothing() throws Exception {
    TaskHandle handle =
        submit(programs.task(EIGHT_ON_FOUR, "mpich", "wait", files.toString(), "-1", "0"));
    MpiPrograms.awaitWaiting(files, 8);
    Awaitility.await("its claim")
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> qtau.ok("task", "list", "mpi").out().contains("running"));
    Commands.kill(qtau.ok("broker", "status", "--json").json().get("pid").asLong());
    Awaitility.await("all ranks are gone")
        .atMost(15, TimeUnit.SECONDS)
        .until(() -> MpiPrograms.processes(files).isEmpty());
    Files.createFile(files.resolve("go"));
    qtau.ok("broker", "start");
    TaskResult result = handle.get(60, TimeUnit.SECONDS);
    assertSuccess(result);
    assertThat(result.attempt()).isEqualTo(2);
    assertThat(result.losses()).isZero();
  }

  /** The last one: it takes agents away. */
  @Test
  @Order(Integer.MAX_VALUE)
  void aLostAgentEndsAllRanks() throws Exception {
    // Until then the broker's absence in the test before is taken for the reason of any silence.
    Awaitility.await("two leases since the broker came back")
        .pollDelay(9, TimeUnit.SECONDS)
        .until(() -> true);
    Path first = Files.createDirectory(files.resolve("first"));
    TaskHandle handle = submit(programs.task(EIGHT_ON_FOUR, "openmpi", "wait", first.toString()));
    MpiPrograms.awaitWaiting(first, 8);
    tellEnd("a sibling", 3);
    TaskResult lost = handle.get(30, TimeUnit.SECONDS);
    assertThat(lost.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(lost.error().type()).isEqualTo("NodeLost");
    assertThat(lost.error().message()).contains("node of four.3");

    Path second = Files.createDirectory(files.resolve("second"));
    TaskHandle again =
        submit(
            programs.task(
                new MpiLayout(4, 2, 1, 0), "mpich", "wait", second.toString(), "-1", "0"));
    MpiPrograms.awaitWaiting(second, 4);
    tellEnd("the head", 0);
    Files.createFile(second.resolve("go"));
    TaskResult result = again.get(60, TimeUnit.SECONDS);
    assertThat(result.agent()).as("the next one is the head").isEqualTo("four.1");
    assertThat(result.losses()).isEqualTo(1);
  }

  /** Kills an agent; all ranks have to be gone within five seconds. */
  private void tellEnd(String who, int number) throws Exception {
    Commands.kill(
        qtau.ok("pilot", "show", "four", "--json")
            .json()
            .get("agents")
            .get(number)
            .get("pid")
            .asLong());
    long killed = System.nanoTime();
    Awaitility.await("all ranks are gone")
        .atMost(8, TimeUnit.SECONDS)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> MpiPrograms.processes(files).isEmpty());
    System.out.printf(
        "slurm: all ranks were gone %.1f s after %s was killed%n",
        (System.nanoTime() - killed) / 1e9, who);
  }
}
