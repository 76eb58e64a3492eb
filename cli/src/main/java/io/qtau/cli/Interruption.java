package io.qtau.cli;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Turns INT and TERM into an orderly end. The JVM's shutdown hook tells the command to stop and
 * waits for it, five seconds at most; then the process ends with the command's exit code.
 */
final class Interruption {
  private static final Duration PATIENCE = Duration.ofMillis(4_800);

  private final CountDownLatch over = new CountDownLatch(1);
  private volatile boolean requested;
  private volatile int code = ExitCode.INTERRUPTED.number();

  /** From now on a signal is answered by the command itself. */
  void arm() {
    Runtime.getRuntime().addShutdownHook(new Thread(this::stop, "qtau-interruption"));
  }

  private void stop() {
    if (over.getCount() == 0) {
      return;
    }
    requested = true;
    try {
      if (!over.await(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
        System.err.println("qtau: did not end in time; what the broker has is safe");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    Runtime.getRuntime().halt(code);
  }

  /** Whether somebody wants the command to end. */
  boolean requested() {
    return requested;
  }

  /** The command is over. */
  void finished(int exitCode) {
    code = exitCode;
    over.countDown();
  }
}
