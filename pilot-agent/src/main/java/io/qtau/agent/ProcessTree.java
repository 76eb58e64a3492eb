package io.qtau.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * Ends all processes of one execution: TERM, a grace, then KILL until none is left. Which ones they
 * are is told by a mark in their environment, which children inherit even when they leave their
 * parent, their session or their process group.
 */
final class ProcessTree {
  /** The variable that carries the mark. */
  static final String MARK = "QTAU_EXECUTION";

  private static final Duration GRACE = Duration.ofSeconds(2);
  private static final long LOOK_MILLIS = 20;
  private static final int MOST_LOOKS = 500;
  private static final int MOST_TURNS = 20;

  private final ScheduledExecutorService timer;
  private final String life;

  /**
   * @param life what tells this agent's executions from those of others
   */
  ProcessTree(ScheduledExecutorService timer, String life) {
    this.timer = timer;
    this.life = life;
  }

  String life() {
    return life;
  }

  /** A mark for one execution: a random UUID, a dot, and the agent's life. */
  String newMark() {
    return UUID.randomUUID() + "." + life;
  }

  /** Ends all processes that carry the mark; completes when none is left. */
  CompletableFuture<Void> kill(String mark) {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    find(mark).forEach(ProcessHandle::destroy);
    look(mark, System.nanoTime() + GRACE.toNanos(), 0, gone);
    return gone;
  }

  /** The same of an execution that should be over: most have left nothing behind. */
  CompletableFuture<Void> sweep(String mark) {
    return find(mark).isEmpty() ? CompletableFuture.completedFuture(null) : kill(mark);
  }

  /** The same without a grace. */
  CompletableFuture<Void> killNow(String mark) {
    CompletableFuture<Void> gone = new CompletableFuture<>();
    look(mark, System.nanoTime() - 1, 0, gone);
    return gone;
  }

  /**
   * Kills all of an execution whose processes multiply: again and again, since what is not dead yet
   * makes new ones meanwhile. Returns when none is left, or after some such turns.
   */
  static void killAll(String mark) {
    for (int turn = 0; turn < MOST_TURNS; turn++) {
      List<ProcessHandle> left = find(mark);
      if (left.isEmpty()) {
        return;
      }
      left.forEach(ProcessHandle::destroyForcibly);
    }
  }

  private void look(String mark, long graceEnd, int looks, CompletableFuture<Void> gone) {
    List<ProcessHandle> left = find(mark);
    if (left.isEmpty() || looks > MOST_LOOKS) {
      var unused = gone.completeAsync(() -> null);
      return;
    }
    if (System.nanoTime() > graceEnd) {
      left.forEach(ProcessHandle::destroyForcibly);
    }
    var unused =
        timer.schedule(
            () -> look(mark, graceEnd, looks + 1, gone), LOOK_MILLIS, TimeUnit.MILLISECONDS);
  }

  /**
   * The living processes that carry the mark. Zombies have no environment left, and are not living.
   */
  static List<ProcessHandle> find(String mark) {
    byte[] wanted = (MARK + "=" + mark + "\0").getBytes(StandardCharsets.UTF_8);
    List<ProcessHandle> found = new ArrayList<>();
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        if (contains(environment(process), wanted)) {
          Optional<ProcessHandle> handle =
              ProcessHandle.of(Long.parseLong(process.getFileName().toString()));
          handle.ifPresent(found::add);
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot list processes", e);
    }
    return found;
  }

  /** The ids of all living processes of executions, by their marks. */
  static Map<String, List<Long>> byMark() {
    Map<String, List<Long>> found = new HashMap<>();
    String prefix = MARK + "=";
    try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
      for (Path process : processes) {
        String variables = new String(environment(process), StandardCharsets.ISO_8859_1);
        for (String variable : variables.split("\0", -1)) {
          if (variable.startsWith(prefix)) {
            found
                .computeIfAbsent(variable.substring(prefix.length()), mark -> new ArrayList<>())
                .add(Long.parseLong(process.getFileName().toString()));
          }
        }
      }
    } catch (IOException e) {
      throw new IllegalStateException("cannot list processes", e);
    }
    return found;
  }

  private static byte[] environment(Path process) {
    try {
      return Files.readAllBytes(process.resolve("environ"));
    } catch (IOException gone) {
      return new byte[0];
    }
  }

  private static boolean contains(byte[] text, byte[] wanted) {
    for (int at = 0; at + wanted.length <= text.length; at++) {
      int n = 0;
      while (n < wanted.length && text[at + n] == wanted[n]) {
        n++;
      }
      if (n == wanted.length) {
        return true;
      }
    }
    return false;
  }
}
