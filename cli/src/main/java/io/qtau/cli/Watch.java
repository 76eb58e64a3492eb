package io.qtau.cli;

import java.time.Duration;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Looks five times a second whether a command has to end before it is done: a signal, its time-out,
 * or trouble of its own. The command asks {@link #stopped()}; when it does not within a second,
 * since it waits for a broker that is away, its thread is interrupted.
 */
final class Watch implements AutoCloseable {
  private static final Duration LOOK = Duration.ofMillis(200);
  private static final Duration GRACE = Duration.ofSeconds(1);

  private final Console console;
  private final @Nullable Duration timeout;
  private final Supplier<@Nullable CommandFailed> trouble;
  private final Runnable tick;
  private final Thread watched = Thread.currentThread();
  private final long start = System.nanoTime();
  private final Thread thread = new Thread(this::look, "qtau-watch");
  private volatile @Nullable CommandFailed reason;
  private boolean closed;

  Watch(
      Console console,
      @Nullable Duration timeout,
      Supplier<@Nullable CommandFailed> trouble,
      Runnable tick) {
    this.console = console;
    this.timeout = timeout;
    this.trouble = trouble;
    this.tick = tick;
    thread.setDaemon(true);
    thread.start();
  }

  /** Whether the command has to end. */
  boolean stopped() {
    return console.interruption().requested() || reason != null;
  }

  /** Why; null while it need not. */
  @Nullable CommandFailed reason() {
    return reason != null ? reason : judge();
  }

  private void look() {
    try {
      while (reason == null) {
        Thread.sleep(LOOK.toMillis());
        tick.run();
        reason = judge();
      }
      Thread.sleep(GRACE.toMillis());
      interruptWatched();
    } catch (InterruptedException closedMeanwhile) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized void interruptWatched() {
    if (!closed) {
      watched.interrupt();
    }
  }

  private @Nullable CommandFailed judge() {
    if (console.interruption().requested()) {
      return new CommandFailed(ExitCode.INTERRUPTED, "interrupted");
    }
    Duration limit = timeout;
    if (limit != null && System.nanoTime() - start > limit.toNanos()) {
      return new CommandFailed(
          ExitCode.UNAVAILABLE, "not done within " + limit.toMillis() / 1e3 + " s (--timeout)");
    }
    return trouble.get();
  }

  /** Looks no longer; the thread that made it is not interrupted after this. */
  @Override
  public void close() {
    synchronized (this) {
      closed = true;
    }
    thread.interrupt();
    Thread.interrupted();
  }
}
