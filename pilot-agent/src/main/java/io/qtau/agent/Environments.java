package io.qtau.agent;

import io.qtau.protocol.PythonEnvironment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executor;
import org.jspecify.annotations.Nullable;

/** Finds or makes the Python environments of tasks; each is made once, whoever waits for it. */
final class Environments {
  /** A failure is told to all tasks for so long; then it is tried again. */
  private static final Duration FAILURE = Duration.ofSeconds(60);

  private static final String PLACE = "QTAU_ENVIRONMENTS";
  private static final CompletableFuture<String> PYTHON3 =
      CompletableFuture.completedFuture("python3");

  private final Map<String, String> variables;
  private final ProcessTree tree;
  private final Executor threads;
  private final Map<PythonEnvironment.Requirements, Making> made = new ConcurrentHashMap<>();

  /** An environment that is being made, or was. */
  private record Making(CompletableFuture<String> interpreter, long sinceNanos) {
    boolean isWorthless() {
      return interpreter.isCompletedExceptionally()
          && System.nanoTime() - sinceNanos > FAILURE.toNanos();
    }
  }

  /**
   * @param variables of the agent; {@code QTAU_ENVIRONMENTS} is where environments are made, by
   *     default {@code qtau/environments} in the user's cache
   */
  Environments(Map<String, String> variables, ProcessTree tree, Executor threads) {
    this.variables = variables;
    this.tree = tree;
    this.threads = threads;
  }

  /** The interpreter of an environment; null = the agent's own. */
  CompletableFuture<String> interpreter(@Nullable PythonEnvironment environment) {
    if (environment instanceof PythonEnvironment.Requirements wanted) {
      return made.compute(
              wanted, (w, known) -> known == null || known.isWorthless() ? make(w) : known)
          .interpreter();
    }
    if (environment instanceof PythonEnvironment.Existing existing) {
      try {
        return CompletableFuture.completedFuture(Interpreter.of(existing.place(), variables));
      } catch (IOException e) {
        return CompletableFuture.failedFuture(e);
      }
    }
    return PYTHON3;
  }

  private Making make(PythonEnvironment.Requirements wanted) {
    CompletableFuture<String> interpreter =
        CompletableFuture.supplyAsync(
            () -> {
              try {
                return new VirtualEnvironment(root(), wanted, tree).interpreter();
              } catch (IOException e) {
                throw new CompletionException(e);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new CompletionException(e);
              }
            },
            threads);
    return new Making(interpreter, System.nanoTime());
  }

  private Path root() {
    String said = variables.get(PLACE);
    if (said != null) {
      return Path.of(said);
    }
    String cache = variables.get("XDG_CACHE_HOME");
    Path base =
        cache == null || cache.isEmpty()
            ? Path.of(variables.getOrDefault("HOME", "/"), ".cache")
            : Path.of(cache);
    return base.resolve("qtau").resolve("environments");
  }
}
