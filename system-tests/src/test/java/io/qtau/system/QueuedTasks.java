package io.qtau.system;

import static org.assertj.core.api.Assertions.assertThat;

import io.qtau.messaging.BrokerUrl;
import io.qtau.protocol.TaskResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.awaitility.Awaitility;

/**
 * Two thousand short tasks in a broker, for a pilot of real processes. Nobody reads their results
 * before the end, so that the broker's own queue tells how many there are.
 */
final class QueuedTasks implements AutoCloseable {
  private static final int COUNT = 2000;
  private static final String SESSION = "queued";
  private static final String RESULTS = "qtau.result." + SESSION;

  private final BrokerUrl url;
  private final Path home;
  private final Commands qtau;

  /** Submits them; when this returns, the broker has all of them on disk. */
  QueuedTasks(BrokerUrl url, Path home) throws Exception {
    this.url = url;
    this.home = home;
    qtau = new Commands(home, url);
    List<String> lines =
        IntStream.range(0, COUNT)
            .mapToObj(
                i ->
                    "{\"id\":\"t%d\",\"kind\":\"sleep\",\"sleep\":{\"seconds\":0.005}}"
                        .formatted(i))
            .toList();
    Path file = Files.write(home.resolve("tasks.jsonl"), lines);
    qtau.ok("submit", file.toString(), "--session", SESSION);
  }

  void startPilot() throws Exception {
    qtau.ok("pilot", "start", "--resource", "local://", "--cores-per-node", "2", "--wait");
  }

  void awaitResults(int count) {
    Awaitility.await(count + " results")
        .atMost(90, TimeUnit.SECONDS)
        .ignoreExceptions() // The broker may be away.
        .until(() -> results() >= count);
  }

  private long results() throws Exception {
    try (Queues queues = new Queues(url, home)) {
      return queues.depth(RESULTS);
    }
  }

  /**
   * Waits for the end: each task has had one result, a success, and the broker has nothing else.
   */
  void assertOneResultEach() throws Exception {
    awaitResults(COUNT);
    try (Queues queues = new Queues(url, home)) {
      List<TaskResult> results = queues.results(SESSION, COUNT);
      assertThat(results).allMatch(TaskResult::succeeded);
      assertThat(results.stream().map(result -> result.id().value()).distinct()).hasSize(COUNT);
      queues.awaitEmpty(SESSION);
    }
  }

  @Override
  public void close() throws Exception {
    qtau.close();
  }
}
