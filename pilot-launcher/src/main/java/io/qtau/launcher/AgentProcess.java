package io.qtau.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** The process of a local agent, found by the id that its pilot's directory holds. */
record AgentProcess(long pid) {
  /** The class that an agent's JVM runs; its argument is the settings file. */
  static final String MAIN = "io.qtau.agent.AgentMain";

  /** The agent of a pilot, if it lives: another process that got its id is not taken for it. */
  static Optional<AgentProcess> of(PilotDirectory directory) throws IOException {
    var pid = directory.pid();
    return pid.isPresent() && runsAgent(pid.getAsLong(), directory)
        ? Optional.of(new AgentProcess(pid.getAsLong()))
        : Optional.empty();
  }

  private static boolean runsAgent(long pid, PilotDirectory directory) {
    try {
      List<String> argv = argv(Path.of("/proc", Long.toString(pid)));
      return argv.contains(MAIN) && argv.contains(directory.settingsFile().toString());
    } catch (IOException gone) {
      return false;
    }
  }

  /** A living process has no command line for a moment, while it becomes another program. */
  private static List<String> argv(Path process) throws IOException {
    String line = Files.readString(process.resolve("cmdline"));
    for (int look = 0; line.isEmpty() && look < 1000 && !isZombie(process); look++) {
      Thread.onSpinWait();
      line = Files.readString(process.resolve("cmdline"));
    }
    return Arrays.asList(line.split("\0", -1));
  }

  /** Dead, and nobody has waited for it yet. */
  private static boolean isZombie(Path process) throws IOException {
    String stat = Files.readString(process.resolve("stat"));
    return stat.startsWith("Z", stat.lastIndexOf(')') + 2);
  }

  /** Sends TERM, waits, then sends KILL and waits again. Whether it is gone. */
  boolean end(Duration grace) {
    return ProcessHandle.of(pid)
        .map(
            handle -> {
              handle.destroy();
              if (gone(handle, grace)) {
                return true;
              }
              handle.destroyForcibly();
              return gone(handle, Duration.ofSeconds(5));
            })
        .orElse(true);
  }

  private static boolean gone(ProcessHandle handle, Duration patience) {
    try {
      handle.onExit().get(patience.toMillis(), TimeUnit.MILLISECONDS);
      return true;
    } catch (TimeoutException | ExecutionException stillThere) {
      return !handle.isAlive();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return !handle.isAlive();
    }
  }
}
