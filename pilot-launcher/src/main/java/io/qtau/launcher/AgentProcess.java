package io.qtau.launcher;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The process of a local agent, found by the id that its files hold. */
record AgentProcess(long pid) {
  /** The class that an agent's JVM runs; its arguments are the settings file and its number. */
  static final String MAIN = "io.qtau.agent.AgentMain";

  private static final Duration LOOK = Duration.ofMillis(20);

  /** The living agents of a pilot: another process that got an id is not taken for one. */
  static List<AgentProcess> of(PilotDirectory directory) throws IOException {
    Path site = directory.site();
    List<AgentProcess> living = new ArrayList<>();
    for (long pid : directory.pids()) {
      if (runsAgent(pid, site.resolve("settings.json"))) {
        living.add(new AgentProcess(pid));
      }
    }
    return living;
  }

  static boolean runsAgent(long pid, Path settings) {
    try {
      List<String> argv = argv(Path.of("/proc", Long.toString(pid)));
      return argv.contains(MAIN) && argv.contains(settings.toString());
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

  /** Asks it to leave. */
  void terminate() {
    ProcessHandle.of(pid).ifPresent(ProcessHandle::destroy);
  }

  /** Waits for its end, then sends KILL and waits again. Whether it is gone. */
  boolean end(Duration grace) {
    return ProcessHandle.of(pid)
        .map(
            handle -> {
              if (gone(handle, grace)) {
                return true;
              }
              handle.destroyForcibly();
              return gone(handle, Duration.ofSeconds(5));
            })
        .orElse(true);
  }

  /**
   * Looked for often: of a process that is not its child a JVM learns the end three times a second,
   * and a dead one that nobody waits for it takes for a living one.
   */
  private static boolean gone(ProcessHandle handle, Duration patience) {
    long end = System.nanoTime() + patience.toNanos();
    while (isAlive(handle)) {
      if (System.nanoTime() > end) {
        return false;
      }
      try {
        Thread.sleep(LOOK.toMillis());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return !isAlive(handle);
      }
    }
    return true;
  }

  private static boolean isAlive(ProcessHandle handle) {
    try {
      return handle.isAlive() && !isZombie(Path.of("/proc", Long.toString(handle.pid())));
    } catch (IOException gone) {
      return false;
    }
  }
}
