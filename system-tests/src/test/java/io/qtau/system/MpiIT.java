package io.qtau.system;

import static io.qtau.system.MpiPrograms.assertSuccess;
import static io.qtau.system.MpiPrograms.facts;
import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.MpiFacts;
import io.qtau.protocol.MpiLauncher;
import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.MpiPlugin;
import io.qtau.protocol.MpiProgram;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Retry;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** MPI programs on one node. */
class MpiIT {
  static final List<String> LIBRARIES = MpiPrograms.LIBRARIES;

  @TempDir static Path home;
  @TempDir Path files;
  private static LocalSite site;
  private static QTau client;
  private static Session session;
  private static MpiPrograms programs;

  @BeforeAll
  static void start() throws Exception {
    site = new LocalSite(home, 4);
    client = site.client();
    session = client.newSession("mpi");
    programs = new MpiPrograms(home);
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    site.close();
  }

  private static TaskResult run(TaskDescription.Builder task) throws Exception {
    return submit(task).get(90, TimeUnit.SECONDS);
  }

  private static TaskHandle submit(TaskDescription.Builder task) throws Exception {
    return session.submit(task.build());
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void eachRankIsToldApart(String library) throws Exception {
    TaskResult result =
        run(programs.task(MpiLayout.ofRanks(4), library, "hello", "a b'$(touch x)").seed(7));
    assertSuccess(result);
    MpiFacts facts = facts(result);
    assertThat(facts.output()).hasSize(4);
    for (int rank = 0; rank < 4; rank++) {
      assertThat(facts.output().get(rank).stdout().text())
          .isEqualTo(
              "rank %d of 4 on %s, seed 7, argument a b'$(touch x)\n"
                  .formatted(rank, result.host()));
      assertThat(facts.output().get(rank).stderr().text()).isEqualTo("rank " + rank + " warns\n");
      assertThat(result.stdout().text()).contains("[%d] rank %d of 4".formatted(rank, rank));
    }
    assertThat(facts.failed()).isEmpty();
    assertThat(facts.notes()).isEmpty();
    assertThat(facts.library()).isEqualTo(library.equals("mpich") ? "MPICH" : "Open MPI");
    assertThat(facts.launcher()).endsWith(library);
    assertThat(facts.launchSeconds()).isBetween(0.0, facts.wallSeconds());
    assertThat(facts.finishSeconds()).isBetween(0.0, facts.wallSeconds());
    assertThat(result.exitCode()).isZero();
    assertThat(result.cores()).isEqualTo(4000);
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void ranksReachEachOther(String library) throws Exception {
    TaskResult ring = run(programs.task(MpiLayout.ofRanks(4), library, "ring"));
    assertSuccess(ring);
    assertThat(ring.stdout().text()).isEqualTo("[0] ring 6\n");
    TaskResult sum = run(programs.task(MpiLayout.ofRanks(2), library, "allreduce", "20"));
    assertSuccess(sum);
    assertThat(sum.stdout().text()).contains("allreduce 3,");
  }

  @Test
  void aStateVectorLiesOnOneTwoOrFourRanks() throws Exception {
    for (int ranks : List.of(1, 2, 4)) {
      TaskResult result = run(MpiPrograms.stateVector(MpiLayout.ofRanks(ranks)));
      MpiPrograms.assertStateVector(result, ranks);
      assertThat(facts(result).library()).isEqualTo("Open MPI");
    }
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void aRankThatFailsEndsTheOthersAndIsNamed(String library) throws Exception {
    TaskHandle handle =
        submit(programs.task(MpiLayout.ofRanks(3), library, "wait", files.toString(), "2", "9"));
    MpiPrograms.awaitWaiting(files, 3);
    Files.createFile(files.resolve("go"));
    TaskResult result = handle.get(30, TimeUnit.SECONDS);
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.exitCode()).isEqualTo(9);
    assertThat(result.error().type()).isEqualTo("RankFailed");
    assertThat(result.error().message()).contains("rank 2 of 3", "exit code 9");
    assertThat(facts(result).failed())
        .containsExactly(new MpiFacts.FailedRank(2, 9, result.host()));
    assertThat(facts(result).output().get(2).stderr().text()).contains("rank 2 gives up");
    assertThat(MpiPrograms.processes(files)).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void aRankThatIsKilledEndsTheOthersAndTheTaskRunsAgain(String library) throws Exception {
    TaskHandle handle =
        submit(
            programs
                .task(MpiLayout.ofRanks(3), library, "wait", files.toString())
                .retry(new Retry(2, Duration.ZERO)));
    List<Long> first = MpiPrograms.awaitWaiting(files, 3);
    Commands.kill(first.get(1));
    Awaitility.await("a second attempt of all ranks")
        .atMost(30, TimeUnit.SECONDS)
        .until(
            () -> {
              List<Long> now = MpiPrograms.awaitWaiting(files, 3);
              return now.stream().noneMatch(first::contains);
            });
    Commands.kill(MpiPrograms.awaitWaiting(files, 3).get(0));
    TaskResult result = handle.get(30, TimeUnit.SECONDS);
    assertThat(result.attempt()).isEqualTo(2);
    assertThat(result.error().message()).contains("rank 0 of 3", "signal 9");
    assertThat(facts(result).failed()).extracting(MpiFacts.FailedRank::exitCode).contains(137);
    assertThat(MpiPrograms.processes(files)).isEmpty();
  }

  @ParameterizedTest
  @FieldSource("LIBRARIES")
  void noRankOutlivesATimeoutOrACancel(String library) throws Exception {
    Path first = Files.createDirectory(files.resolve("late"));
    TaskHandle late =
        submit(
            programs
                .task(MpiLayout.ofRanks(2), library, "wait", first.toString())
                .timeout(Duration.ofSeconds(3)));
    MpiPrograms.awaitWaiting(first, 2);
    assertThat(late.get(30, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.TIMEOUT);
    assertThat(MpiPrograms.processes(files)).isEmpty();

    Path second = Files.createDirectory(files.resolve("canceled"));
    TaskHandle canceled =
        submit(programs.task(MpiLayout.ofRanks(2), library, "wait", second.toString()));
    MpiPrograms.awaitWaiting(second, 2);
    long begin = System.nanoTime();
    client.cancel("mpi", List.of(canceled.id()));
    assertThat(canceled.get(30, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.CANCELED);
    assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(5));
    assertThat(MpiPrograms.processes(files)).isEmpty();
  }

  @Test
  void whatCannotBeLaunchedIsToldWithItsTaskAndItsPilot() throws Exception {
    MpiLayout two = MpiLayout.ofRanks(2);
    assertRefused(
        MpiPrograms.task(two, MpiLauncher.AUTO, Map.of(), List.of("no-such-program")).id("none"),
        "CannotStart",
        "none on p1.0: the program 'no-such-program' is not on the PATH");
    assertRefused(
        MpiPrograms.task(two, MpiLauncher.SRUN, Map.of(), List.of("true")).id("srun"),
        "MissingLauncher",
        "srun on p1.0: mpi.launcher is 'srun', and this pilot is in no allocation of Slurm");
    String hello = programs.program("hello", "mpich");
    assertRefused(
        TaskDescription.of(
                new Payload.Mpi(
                    two,
                    new MpiProgram.Binary(List.of(hello), Map.of()),
                    null,
                    MpiLauncher.AUTO,
                    MpiPlugin.PMIX))
            .id("wrong"),
        "WrongMpi",
        "wrong on p1.0: mpi.mpi is 'pmix', the way of Open MPI, and the program is linked with"
            + " MPICH (libmpich.so.12)");
    assertRefused(
        TaskDescription.of(
                new Payload.Mpi(
                    two,
                    new MpiProgram.Script("/no/such.py", List.of(), null),
                    null,
                    MpiLauncher.AUTO,
                    null))
            .id("script"),
        "CannotStart",
        "script on p1.0: the script /no/such.py is not there");
  }

  private static void assertRefused(TaskDescription.Builder task, String type, String words)
      throws Exception {
    TaskResult result = run(task);
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.error().type()).isEqualTo(type);
    assertThat(result.error().message()).contains(words);
  }

  @Test
  void aProgramWithoutMpiRunsAndItsOwnerIsTold() throws Exception {
    TaskResult result =
        run(
            MpiPrograms.task(
                MpiLayout.ofRanks(2), MpiLauncher.AUTO, Map.of(), List.of("echo", "hello")));
    assertSuccess(result);
    assertThat(result.stdout().text().lines()).containsExactlyInAnyOrder("[0] hello", "[1] hello");
    assertThat(facts(result).library()).isNull();
    assertThat(facts(result).notes())
        .singleElement()
        .asString()
        .contains("/echo is not linked with Open MPI or MPICH", "rank 0 of 1");
  }
}
