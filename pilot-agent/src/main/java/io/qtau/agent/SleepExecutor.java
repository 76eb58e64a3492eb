package io.qtau.agent;

import io.qtau.protocol.Payload;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;

/** Occupies its slots for a while. */
final class SleepExecutor implements TaskExecutor {
  private final ScheduledExecutorService timer;

  SleepExecutor(ScheduledExecutorService timer) {
    this.timer = timer;
  }

  @Override
  public String kind() {
    return "sleep";
  }

  @Override
  public Running start(Execution execution, Consumer<Outcome> done) {
    double seconds = ((Payload.Sleep) execution.task().payload()).seconds();
    AtomicBoolean over = new AtomicBoolean();
    ScheduledFuture<?> end =
        timer.schedule(
            () -> finish(over, done, Outcome.DONE), (long) (seconds * 1e9), TimeUnit.NANOSECONDS);
    return () -> {
      end.cancel(false);
      finish(over, done, Outcome.failed("Killed", "its sleep was ended"));
    };
  }

  private static void finish(AtomicBoolean over, Consumer<Outcome> done, Outcome outcome) {
    if (over.compareAndSet(false, true)) {
      done.accept(outcome);
    }
  }
}
