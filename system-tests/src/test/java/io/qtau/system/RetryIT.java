package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.Retry;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Tasks that are tried again, and tasks that come too late. */
class RetryIT {
  @TempDir static Path home;
  private static LocalSite site;
  private static QTau client;

  @BeforeAll
  static void start() throws Exception {
    site = new LocalSite(home, 1);
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

  private static Retry times(int attempts) {
    return new Retry(attempts, Duration.ofMillis(100));
  }

  @Test
  void aTaskThatFailsIsTriedAgain(@TempDir Path work) throws Exception {
    Path tries = work.resolve("tries");
    String program = "echo $QTAU_ATTEMPT >> " + tries + "; [ $QTAU_ATTEMPT = 3 ]";

    TaskResult result = run(TaskDescription.exec("sh", "-c", program).retry(times(5)).build());

    assertThat(result.status()).isEqualTo(TaskStatus.SUCCESS);
    assertThat(result.attempt()).isEqualTo(3);
    assertThat(Files.readAllLines(tries)).containsExactly("1", "2", "3");
  }

  @Test
  void theLastAttemptIsTheResult() throws Exception {
    TaskResult result = run(TaskDescription.exec("sh", "-c", "exit 7").retry(times(2)).build());

    assertThat(result.status()).isEqualTo(TaskStatus.FAILED);
    assertThat(result.attempt()).isEqualTo(2);
    assertThat(result.exitCode()).isEqualTo(7);
  }

  @Test
  void aTimeoutCountsAsAFailure() throws Exception {
    TaskResult result =
        run(
            TaskDescription.exec("sleep", "60")
                .timeout(Duration.ofMillis(200))
                .retry(times(2))
                .build());

    assertThat(result.status()).isEqualTo(TaskStatus.TIMEOUT);
    assertThat(result.attempt()).isEqualTo(2);
  }

  @Test
  void aTaskWhoseDeadlineIsOverDoesNotStart() throws Exception {
    TaskResult result =
        run(TaskDescription.exec("true").deadline(Instant.now().minusSeconds(5)).build());

    assertThat(result.status()).isEqualTo(TaskStatus.EXPIRED);
  }

  @Test
  void aTaskExpiresWhileItWaits() throws Exception {
    try (Session session = client.newSession()) {
      TaskHandle before = session.submit(TaskDescription.exec("sleep", "4").build());
      Instant deadline = Instant.now().plusMillis(500);
      TaskHandle late = session.submit(TaskDescription.exec("true").deadline(deadline).build());

      TaskResult result = late.get(30, TimeUnit.SECONDS);

      assertThat(result.status()).isEqualTo(TaskStatus.EXPIRED);
      assertThat(before.isDone()).isFalse();
      assertThat(before.get(30, TimeUnit.SECONDS).status()).isEqualTo(TaskStatus.SUCCESS);
    }
  }
}
