package io.qtau.agent;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Whether this agent's process has been told to end. A scheduler that ends an allocation sends TERM
 * to agents and their programs alike: a program that ended by it has not failed, its task goes back
 * with the others.
 */
final class Shutdown {
  private static final long MILLIS = 500;

  private Shutdown() {}

  /** Runs it a moment later, unless this process is ending by then. */
  static CompletableFuture<Void> otherwise(Runnable deed) {
    return CompletableFuture.runAsync(
        () -> {
          if (!isUnderWay()) {
            deed.run();
          }
        },
        CompletableFuture.delayedExecutor(MILLIS, TimeUnit.MILLISECONDS));
  }

  /** The runtime tells it only by refusing a further hook. */
  private static boolean isUnderWay() {
    Thread never = new Thread(() -> {}, "never");
    try {
      Runtime.getRuntime().addShutdownHook(never);
      return !Runtime.getRuntime().removeShutdownHook(never);
    } catch (IllegalStateException shuttingDown) {
      return true;
    }
  }
}
