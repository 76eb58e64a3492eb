package io.qtau.system;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.LifecycleMethodExecutionExceptionHandler;
import org.junit.jupiter.api.extension.TestExecutionExceptionHandler;

/**
 * Puts the last lines of the logs in the homes that a test uses into its failure: of the broker, of
 * tunnels and of agents. A failure that nobody can repeat has to be understood from its one report.
 */
public final class LogsOfFailures
    implements TestExecutionExceptionHandler, LifecycleMethodExecutionExceptionHandler {
  private static final int LINES = 12;
  private static final Set<Path> HOMES = ConcurrentHashMap.newKeySet();

  /** Looks there, as long as it exists. */
  static void watch(Path home) {
    HOMES.add(home);
  }

  @Override
  public void handleTestExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withLogs(failure);
  }

  @Override
  public void handleBeforeAllMethodExecutionException(ExtensionContext context, Throwable failure)
      throws Throwable {
    throw withLogs(failure);
  }

  private static Throwable withLogs(Throwable failure) {
    List<String> lines = new ArrayList<>();
    for (Path home : HOMES) {
      try {
        for (Path log : logs(home)) {
          lines.add("-- the end of " + home.relativize(log));
          lines.addAll(tail(log));
        }
      } catch (IOException | UncheckedIOException gone) { // The failure itself is what counts.
        failure.addSuppressed(gone);
      }
    }
    if (lines.isEmpty()) {
      return failure;
    }
    Throwable told = new AssertionError(failure + "\n" + String.join("\n", lines), failure);
    told.setStackTrace(failure.getStackTrace()); // Reports name the line that failed.
    return told;
  }

  private static List<Path> logs(Path home) throws IOException {
    if (!Files.isDirectory(home)) {
      return List.of();
    }
    try (Stream<Path> files = Files.find(home, 6, (file, as) -> isLog(file) && as.size() > 0)) {
      return files.sorted().toList();
    }
  }

  private static boolean isLog(Path file) {
    String name = file.getFileName().toString();
    return name.equals("broker.log")
        || name.equals("tunnel.log")
        || name.equals("allocation.err")
        || name.equals("stderr");
  }

  private static List<String> tail(Path log) throws IOException {
    List<String> lines =
        new String(Files.readAllBytes(log), StandardCharsets.UTF_8).lines().toList();
    return lines.subList(Math.max(0, lines.size() - LINES), lines.size());
  }
}
