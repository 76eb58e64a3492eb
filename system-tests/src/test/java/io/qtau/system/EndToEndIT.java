package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks of each kind through a real broker and a real agent. */
class EndToEndIT {
  @TempDir static Path home;
  private static LocalSite site;
  private static QTau client;

  @BeforeAll
  static void start() throws Exception {
    site = new LocalSite(home, 2);
    client = site.client();
  }

  @AfterAll
  static void stop() throws Exception {
    client.close();
    site.close();
  }

  private static TaskResult run(TaskDescription task) throws Exception {
    try (Session session = client.newSession()) {
      return session.submit(task).get(30, TimeUnit.SECONDS);
    }
  }

  @Test
  void aProgramGivesItsOutputAndExitCode() throws Exception {
    TaskResult result =
        run(TaskDescription.exec("sh", "-c", "echo out; echo err >&2; exit 3").build());
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.exitCode()).isEqualTo(3);
    assertThat(result.stdout().text()).isEqualTo("out\n");
    assertThat(result.stderr().text()).isEqualTo("err\n");
    assertThat(result.error().type()).isEqualTo("ExitCode");
  }

  @Test
  void aProgramSeesWhichTaskItIs() throws Exception {
    TaskResult result =
        run(
            TaskDescription.exec("sh", "-c", "echo $QTAU_TASK_ID $QTAU_ATTEMPT $OMP_NUM_THREADS")
                .id("t1")
                .build());
    assertThat(result.stdout().text()).isEqualTo("t1 1 1\n");
  }

  @Test
  void aProgramThatIsNotThereFailsByName() throws Exception {
    TaskResult result = run(TaskDescription.exec("no-such-program").build());
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.error().message()).contains("'no-such-program' does not exist");
  }

  @Test
  void aTimeoutEndsAllProcesses() throws Exception {
    TaskResult result =
        run(
            TaskDescription.exec("sh", "-c", "setsid sleep 300 & echo $!; exec sleep 300")
                .timeout(Duration.ofMillis(500))
                .build());
    assertThat(result.status()).isEqualTo(TaskStatus.TIMEOUT);
    long child = Long.parseLong(result.stdout().text().strip());
    assertThat(Path.of("/proc/" + child + "/cmdline"))
        .satisfiesAnyOf(
            gone -> assertThat(gone).doesNotExist(), zombie -> assertThat(zombie).isEmptyFile());
  }

  /** It may have saved what it had; it is not done. */
  @Test
  void aProgramThatLeavesInGoodOrderWhenItsTimeIsOverHasNotSucceeded() throws Exception {
    TaskResult result =
        run(
            TaskDescription.exec("sh", "-c", "trap 'exit 0' TERM; sleep 300 & wait")
                .timeout(Duration.ofMillis(500))
                .build());
    assertThat(result.status()).isEqualTo(TaskStatus.TIMEOUT);
    assertThat(result.exitCode()).isZero();
  }

  @Test
  void longOutputIsCutAndKeptInAFile() throws Exception {
    TaskResult result = run(TaskDescription.exec("seq", "1", "100000").build());
    assertThat(result.stdout().truncated()).isTrue();
    assertThat(result.stdout().text()).startsWith("1\n2\n").endsWith("100000\n");
    assertThat(Path.of(result.stdout().path())).hasSize(result.stdout().bytes());
  }

  @Test
  void aPythonFunctionReturnsItsValue() throws Exception {
    Payload python = Payload.Python.call("math:factorial", JsonNodeFactory.instance.numberNode(5));
    TaskResult result = run(TaskDescription.of(python).build());
    assertThat(result.error()).isNull();
    assertThat(result.value().asInt()).isEqualTo(120);
  }

  @Test
  void aPythonModuleThatIsNotThereFailsByName() throws Exception {
    TaskResult result = run(TaskDescription.of(Payload.Python.call("no_such_module:f")).build());
    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.error().message()).contains("no_such_module");
  }

  @Test
  void aPythonFunctionThatHangsIsEnded() throws Exception {
    Payload python = Payload.Python.call("time:sleep", JsonNodeFactory.instance.numberNode(300));
    TaskResult result = run(TaskDescription.of(python).timeout(Duration.ofMillis(700)).build());
    assertThat(result.status()).isEqualTo(TaskStatus.TIMEOUT);
  }

  @Test
  void tasksOfSeveralCoresAndPrioritiesRunToo() throws Exception {
    try (Session session = client.newSession()) {
      TaskHandle wide = session.submit(TaskDescription.exec("true").cores(2).build());
      TaskHandle high =
          session.submit(
              TaskDescription.exec("true").priority(io.qtau.protocol.Priority.HIGH).build());
      assertThat(wide.get(30, TimeUnit.SECONDS).succeeded()).isTrue();
      assertThat(high.get(30, TimeUnit.SECONDS).succeeded()).isTrue();
    }
  }

  @Test
  void thousandsOfTasksHaveOneResultEach() throws Exception {
    try (Session session = client.newSession()) {
      List<TaskHandle> handles =
          session.submitAll(
              IntStream.range(0, 5000)
                  .mapToObj(i -> TaskDescription.of(new Payload.Noop()).id("n" + i).build())
                  .toList());
      for (TaskHandle handle : handles) {
        assertThat(handle.get(60, TimeUnit.SECONDS).succeeded()).isTrue();
      }
    }
  }

  @Test
  void shortAndLongTasksMixed() throws Exception {
    try (Session session = client.newSession()) {
      List<TaskHandle> handles =
          session.submitAll(
              IntStream.range(0, 1000)
                  .mapToObj(
                      i ->
                          TaskDescription.of(new Payload.Sleep(i % 250 == 249 ? 1.0 : 0.001))
                              .build())
                  .toList());
      for (TaskHandle handle : handles) {
        assertThat(handle.get(60, TimeUnit.SECONDS).succeeded()).isTrue();
      }
    }
  }
}
