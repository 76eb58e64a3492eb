package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.client.UnknownSession;
import io.qtau.protocol.FoundTask;
import io.qtau.protocol.Retry;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
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
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cancelled tasks never start, or die with all their processes, and have one result each. */
class CancelIT {
  @TempDir Path home;
  @TempDir Path work;
  private LocalSite site;
  private QTau client;

  @BeforeEach
  void start() throws Exception {
    site = new LocalSite(home, 1);
    client = site.client();
  }

  @AfterEach
  void stop() throws Exception {
    client.close();
    site.close();
  }

  private TaskDescription.Builder noting(String id, String then) {
    String program = "echo $QTAU_TASK_ID >> " + starts() + "; " + then;
    return TaskDescription.exec("sh", "-c", program).id(id);
  }

  private Path starts() {
    return work.resolve("starts");
  }

  private void awaitStart(String id) {
    Awaitility.await(id + " starts")
        .atMost(20, TimeUnit.SECONDS)
        .until(() -> Files.exists(starts()) && Files.readAllLines(starts()).contains(id));
  }

  private static TaskResult end(TaskHandle handle) throws Exception {
    return handle.get(30, TimeUnit.SECONDS);
  }

  @Test
  void aSessionIsCancelledWithWhatRunsAndWhatWaits() throws Exception {
    try (Session session = client.newSession("all")) {
      List<TaskHandle> handles = new ArrayList<>();
      handles.add(session.submit(noting("t0", "sleep 300 & echo $!; wait").build()));
      for (int i = 1; i <= 20; i++) {
        handles.add(session.submit(noting("t" + i, "true").build()));
      }
      awaitStart("t0");

      assertThat(client.cancel("all")).isEqualTo(20);

      for (TaskHandle handle : handles) {
        assertThat(end(handle).status()).isEqualTo(TaskStatus.CANCELED);
      }
      long child = Long.parseLong(end(handles.get(0)).stdout().text().strip());
      assertThat(Path.of("/proc/" + child + "/cmdline"))
          .satisfiesAnyOf(
              gone -> assertThat(gone).doesNotExist(), zombie -> assertThat(zombie).isEmptyFile());
      assertThat(Files.readAllLines(starts())).containsExactly("t0");
    }
  }

  @Test
  void someTasksAreCancelledAndOthersRun() throws Exception {
    try (Session session = client.newSession("some")) {
      TaskHandle first = session.submit(noting("first", "sleep 2").build());
      TaskHandle byId = session.submit(noting("byId", "true").build());
      TaskHandle byTag = session.submit(noting("byTag", "true").tags(Map.of("a", "b")).build());
      TaskHandle other = session.submit(noting("other", "true").tags(Map.of("a", "c")).build());
      awaitStart("first");

      assertThat(client.cancel("some", List.of(new TaskId("byId")))).isOne();
      assertThat(client.cancelTagged("some", "a", "b")).isOne();

      assertThat(end(first).status()).isEqualTo(TaskStatus.SUCCESS);
      assertThat(end(byId).status()).isEqualTo(TaskStatus.CANCELED);
      assertThat(end(byTag).status()).isEqualTo(TaskStatus.CANCELED);
      assertThat(end(other).status()).isEqualTo(TaskStatus.SUCCESS);
      assertThat(Files.readAllLines(starts())).containsExactly("first", "other");
    }
  }

  @Test
  void aTaskThatRestsBeforeItsNextAttemptIsCancelledAtOnce() throws Exception {
    try (Session session = client.newSession("resting")) {
      TaskHandle resting =
          session.submit(
              noting("fails", "false").retry(new Retry(2, Duration.ofMinutes(10))).build());
      awaitStart("fails");
      Awaitility.await()
          .until(
              () ->
                  client.survey("resting").tasks().stream()
                      .anyMatch(task -> task.place() == FoundTask.Place.RESTING));

      assertThat(client.cancel("resting")).isOne();

      assertThat(end(resting).status()).isEqualTo(TaskStatus.CANCELED);
      assertThat(Files.readAllLines(starts())).containsExactly("fails");
    }
  }

  @Test
  void whatHasFinishedKeepsItsResultAndWhatComesLaterRuns() throws Exception {
    try (Session session = client.newSession("late")) {
      TaskHandle done = session.submit(noting("done", "true").build());
      assertThat(end(done).status()).isEqualTo(TaskStatus.SUCCESS);

      assertThat(client.cancel("late")).isZero();

      // The broker's stamps are whole milliseconds.
      TimeUnit.MILLISECONDS.sleep(5);
      TaskHandle later = session.submit(noting("later", "true").build());
      assertThat(end(later).status()).isEqualTo(TaskStatus.SUCCESS);
      assertThat(done.get().status()).isEqualTo(TaskStatus.SUCCESS);
    }
  }

  @Test
  void anAgentThatWasAwayObeysWhenItIsBack() throws Exception {
    try (Session session = client.newSession("away")) {
      TaskHandle running = session.submit(noting("running", "sleep 300").build());
      awaitStart("running");

      site.restartBroker();
      assertThat(client.cancel("away")).isBetween(0L, 1L);

      assertThat(end(running).status()).isEqualTo(TaskStatus.CANCELED);
    }
  }

  @Test
  void anUnknownSessionIsTold() {
    assertThatThrownBy(() -> client.cancel("nobody")).isInstanceOf(UnknownSession.class);
  }
}
