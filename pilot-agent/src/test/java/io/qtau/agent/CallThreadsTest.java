package io.qtau.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class CallThreadsTest {
  private final ExecutorService threads = Executors.newCachedThreadPool();
  private final CallThreads calls = new CallThreads(threads);

  @AfterEach
  void shutDown() {
    threads.shutdownNow();
  }

  @Test
  void whatACallAsksForAtItsEndRunsInItsThread() throws Exception {
    CompletableFuture<Thread> first = new CompletableFuture<>();
    CompletableFuture<Thread> second = new CompletableFuture<>();
    calls.execute(
        () -> {
          first.complete(Thread.currentThread());
          calls.execute(() -> second.complete(Thread.currentThread()));
        });
    assertThat(second.get(10, TimeUnit.SECONDS)).isSameAs(first.get(10, TimeUnit.SECONDS));
  }

  @Test
  void noneWaitsForAnother() throws Exception {
    CountDownLatch together = new CountDownLatch(3);
    List<CompletableFuture<Void>> ends = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      CompletableFuture<Void> end = new CompletableFuture<>();
      ends.add(end);
      calls.execute(
          () -> {
            together.countDown();
            try {
              together.await();
              end.complete(null);
            } catch (InterruptedException e) {
              end.completeExceptionally(e);
            }
          });
    }
    CompletableFuture.allOf(ends.toArray(CompletableFuture[]::new)).get(10, TimeUnit.SECONDS);
  }
}
