package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.broker.OwnerCredential;
import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskStatus;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred thousand tasks wait in a lane: the broker is killed and comes back, and a tenth of them
 * is cancelled while others run. It prints what it measures.
 */
@Tag("deep")
class DeepLaneIT {
  private static final int TASKS = 100_000;
  private static final String SESSION = "deep";

  @TempDir Path home;
  private Commands qtau;

  @BeforeEach
  void start() throws Exception {
    qtau = new Commands(home);
    qtau.ok("broker", "start");
  }

  @AfterEach
  void stop() throws Exception {
    qtau.close();
  }

  private QTau client() throws Exception {
    String url = qtau.ok("broker", "status", "--json").json().get("url").asText();
    return QTau.connect(BrokerUrl.parse(url), OwnerCredential.obtain(home));
  }

  private static TaskDescription task(int i) {
    return TaskDescription.of(new Payload.Sleep(0.01))
        .id("t" + i)
        .tags(Map.of("tenth", Integer.toString(i % 10)))
        .build();
  }

  @Test
  void itIsBackSoonAndATenthIsCancelledWhileOthersRun() throws Exception {
    try (QTau client = client();
        Session session = client.session(SESSION)) {
      session.submit(IntStream.range(0, TASKS).mapToObj(DeepLaneIT::task).iterator(), n -> {});
      session.seal();
    }
    qtau.ok("pilot", "start", "--resource", "local://", "--cores-per-node", "2", "--wait");

    Commands.kill(qtau.ok("broker", "status", "--json").json().get("pid").asLong());
    long killed = System.nanoTime();
    qtau.ok("broker", "start");
    tell("the broker is back", killed);
    try (Queues queues = queues()) {
      awaitMore(queues, results(queues));
      tell("the first result after its start", killed);
    }

    try (QTau client = client();
        Queues queues = queues()) {
      long before = results(queues);
      long asked = System.nanoTime();
      long canceled = client.cancelTagged(SESSION, "tenth", "3");
      tell(canceled + " of " + TASKS + " tasks are cancelled", asked);
      assertThat(canceled).isBetween(TASKS / 10 - 1000L, TASKS / 10L);
      awaitMore(queues, before + canceled);
      client.cancel(SESSION);
      checkResults(client, canceled);
    }
  }

  private Queues queues() throws Exception {
    String url = qtau.ok("broker", "status", "--json").json().get("url").asText();
    return new Queues(BrokerUrl.parse(url), home);
  }

  private static long results(Queues queues) throws Exception {
    return queues.depth("qtau.result." + SESSION);
  }

  private static void awaitMore(Queues queues, long than) {
    Awaitility.await("more than " + than + " results")
        .atMost(60, TimeUnit.SECONDS)
        .pollInterval(20, TimeUnit.MILLISECONDS)
        .until(() -> results(queues) > than);
  }

  private static void checkResults(QTau client, long canceled) throws Exception {
    Map<String, TaskStatus> seen = new HashMap<>();
    try (Session session = client.attach(SESSION)) {
      session.read(
          results ->
              results.forEach(
                  result ->
                      assertThat(seen.put(result.id().value(), result.status()))
                          .as("a second result of " + result.id())
                          .isNull()),
          () -> seen.size() == TASKS);
    }
    assertThat(seen.values()).containsOnly(TaskStatus.SUCCESS, TaskStatus.CANCELED);
    assertThat(seen.values().stream().filter(s -> s == TaskStatus.CANCELED).count())
        .isGreaterThanOrEqualTo(canceled);
  }

  private static void tell(String what, long sinceNanos) {
    System.out.printf("deep: %s: %.2f s%n", what, (System.nanoTime() - sinceNanos) / 1e9);
  }
}
