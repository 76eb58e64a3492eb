package io.qtau.agent;

import io.qtau.protocol.AgentName;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** Runs MPI programs: on the agent's own node, or on the nodes of the gang that was gathered. */
final class MpiExecutor implements TaskExecutor {
  private final AgentName agent;
  private final ProcessTree tree;
  private volatile @Nullable Function<Execution, Gang> gangs;
  private final MpiPlanner planner;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "mpi");
            thread.setDaemon(true);
            return thread;
          });

  MpiExecutor(AgentName agent, ProcessTree tree, Map<String, String> environment) {
    this.agent = agent;
    this.tree = tree;
    planner = new MpiPlanner(environment, new Environments(environment, tree, threads));
  }

  /** Before its first task: the nodes of an execution. */
  void findsNodesBy(Function<Execution, Gang> finder) {
    gangs = finder;
  }

  @Override
  public String kind() {
    return "mpi";
  }

  @Override
  public Running start(Execution execution, Consumer<Outcome> done) {
    Gang gang = Objects.requireNonNull(gangs).apply(execution);
    MpiRun run = new MpiRun(agent, execution, gang, tree, planner, done);
    threads.execute(run);
    return run;
  }

  @Override
  public void close() {
    threads.shutdownNow();
  }
}
