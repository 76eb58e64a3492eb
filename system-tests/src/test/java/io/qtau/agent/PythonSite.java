package io.qtau.agent;

import io.qtau.protocol.AgentState;
import io.qtau.protocol.Payload;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** An executor of Python tasks without an agent around it, and real interpreters. */
final class PythonSite implements AutoCloseable {
  static final WorkerLimits NONE = limits(Duration.ofHours(1), 100_000, 100_000, 100_000);

  private final Path directory;
  private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1);
  private final PythonExecutor executor;
  private final AtomicInteger tasks = new AtomicInteger();

  PythonSite(Path directory, WorkerLimits limits) {
    this.directory = directory;
    ProcessTree tree =
        new ProcessTree(timer, String.format("%08x", System.nanoTime() & 0xffffffffL));
    executor = new PythonExecutor(tree, timer, limits);
  }

  static WorkerLimits limits(Duration idle, long idleMb, long tasks, long growthMb) {
    return new WorkerLimits(idle, idleMb, tasks, growthMb, Duration.ofSeconds(20));
  }

  /** A module {@code tasks} for the `path` of tasks. */
  String module(String source) throws IOException {
    Path code = Files.createDirectories(directory.resolve("code"));
    Files.writeString(code.resolve("tasks.py"), source);
    return code.toString();
  }

  Outcome run(Payload.Python python) throws Exception {
    return run(TaskDescription.of(python).build());
  }

  Outcome run(TaskDescription task) throws Exception {
    return start(task).outcome().get(120, TimeUnit.SECONDS);
  }

  /** So many cores and these GPUs of a node that has just them. */
  static Slots slots(int milliCores, List<String> gpus) {
    Node node = new Node(OwnCores.unbound(8, "a test"), gpus, 0, Map.of());
    Needs needs = new Needs(milliCores, 1000 * gpus.size(), 0, Map.of(), false);
    return node.slots(Objects.requireNonNull(node.ledger(Set.of()).take(needs)));
  }

  /** A task that runs, and what ends it. */
  record Started(CompletableFuture<Outcome> outcome, TaskExecutor.Running running) {}

  Started start(TaskDescription task) {
    return start(task, List.of());
  }

  /** Starts a task on GPUs of these ids. */
  Started start(TaskDescription task, List<String> gpus) {
    TaskId id = new TaskId("t" + tasks.incrementAndGet());
    Path place = directory.resolve("work").resolve("s").resolve(id.value()).resolve("1");
    Execution execution =
        new Execution(
            new TaskKey(new SessionName("s"), id),
            1,
            task,
            place,
            place,
            slots(task.resources().milliCores(), gpus));
    CompletableFuture<Outcome> outcome = new CompletableFuture<>();
    return new Started(outcome, executor.start(execution, outcome::complete));
  }

  List<AgentState.Workers> workers() {
    return executor.workers();
  }

  @Override
  public void close() {
    executor.close();
    timer.shutdownNow();
  }
}
