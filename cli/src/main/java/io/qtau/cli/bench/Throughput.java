package io.qtau.cli.bench;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.client.Session;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskResult;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.stream.Stream;

/** Many tasks at once: all are submitted while their results are read, as a run does it. */
public final class Throughput {
  private final QTau qtau;
  private final Payload payload;

  public Throughput(QTau qtau, Payload payload) {
    this.qtau = qtau;
    this.payload = payload;
  }

  /**
   * Tasks per second from the first submit to the last result, each durable on both ways.
   *
   * @throws IOException when one of them is not SUCCESS
   */
  public double perSecond(int n) throws QTauException, IOException, InterruptedException {
    long start = System.nanoTime();
    long[] taken = {0};
    try (Session session = qtau.newSession()) {
      CompletableFuture<Void> begun = new CompletableFuture<>();
      Thread submitting = new Thread(() -> submit(session, n, begun), "qtau-bench-submit");
      submitting.setDaemon(true);
      submitting.start();
      begun.join();
      session.read(
          results -> taken[0] += succeeded(results),
          () -> taken[0] >= n || begun.isCompletedExceptionally());
      submitting.join();
    }
    return n / ((System.nanoTime() - start) / 1e9);
  }

  private void submit(Session session, int n, CompletableFuture<Void> begun) {
    try {
      var tasks = Stream.generate(() -> TaskDescription.of(payload).build()).limit(n).iterator();
      session.submit(tasks, accepted -> begun.complete(null));
    } catch (QTauException | InterruptedException | RuntimeException e) {
      begun.obtrudeException(new CompletionException(e));
    }
  }

  private static int succeeded(List<TaskResult> results) throws IOException {
    for (TaskResult result : results) {
      if (!result.succeeded()) {
        throw new IOException("task " + result.id() + " ended " + result.status());
      }
    }
    return results.size();
  }
}
