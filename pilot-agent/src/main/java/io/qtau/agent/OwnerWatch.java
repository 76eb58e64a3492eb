package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Tells when the process that an agent belongs to is gone, however it ended. */
final class OwnerWatch {
  private static final long LOOK_MILLIS = 500;

  private OwnerWatch() {}

  /** Looks twice a second from now on; {@code gone} runs at each look after its end. */
  static void start(ScheduledExecutorService timer, long pid, Runnable gone) {
    Optional<ProcessHandle> owner = ProcessHandle.of(pid); // Not whoever gets its number later.
    Future<?> unused =
        timer.scheduleWithFixedDelay(
            () -> {
              if (!owner.map(ProcessHandle::isAlive).orElse(false) || isZombie(pid)) {
                gone.run();
              }
            },
            LOOK_MILLIS,
            LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
  }

  /** It has ended, and nobody has asked yet how. */
  private static boolean isZombie(long pid) {
    Path commandLine = Path.of("/proc", Long.toString(pid), "cmdline");
    try {
      return Files.exists(commandLine) && Files.readAllBytes(commandLine).length == 0;
    } catch (IOException e) {
      return false; // Gone between two looks, or another's: isAlive() tells.
    }
  }
}
