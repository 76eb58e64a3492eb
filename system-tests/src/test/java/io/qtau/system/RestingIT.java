package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.TaskHandle;
import io.qtau.protocol.Retry;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More retries rest than the broker keeps until their time: those beyond wait in their lane. */
class RestingIT {
  private static final String MOST = "qtau.resting.most";

  @TempDir Path home;
  private LocalSite site;

  @BeforeEach
  void start() throws Exception {
    System.setProperty(MOST, "3");
    site = new LocalSite(home, 2);
  }

  @AfterEach
  void stop() throws Exception {
    System.clearProperty(MOST);
    site.close();
  }

  @Test
  void eachRestsForItsTimeAndAnotherTaskPasses(@TempDir Path work) throws Exception {
    String program = "date +%s%3N >> " + work + "/$QTAU_TASK_ID; [ $QTAU_ATTEMPT = 2 ] || exit 1";
    Retry retry = new Retry(2, Duration.ofSeconds(4));
    try (QTau client = site.client();
        Session session = client.newSession()) {
      List<TaskHandle> resting =
          session.submitAll(
              IntStream.range(0, 12)
                  .mapToObj(
                      i ->
                          TaskDescription.exec("sh", "-c", program)
                              .id("r" + i)
                              .retry(retry)
                              .build())
                  .toList());
      TaskHandle ready = session.submit(TaskDescription.exec("true").build());
      assertThat(ready.get(30, TimeUnit.SECONDS).succeeded()).isTrue();
      for (TaskHandle task : resting) {
        TaskResult result = task.get(60, TimeUnit.SECONDS);
        assertThat(result.succeeded()).isTrue();
        List<String> starts = Files.readAllLines(work.resolve(result.id().value()));
        assertThat(starts).hasSize(2);
        assertThat(Long.parseLong(starts.get(1)) - Long.parseLong(starts.get(0)))
            .as("rest of " + result.id())
            .isGreaterThanOrEqualTo(3_900);
      }
    }
  }
}
