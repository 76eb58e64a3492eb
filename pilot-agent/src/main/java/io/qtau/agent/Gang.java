package io.qtau.agent;

import io.qtau.protocol.TaskError;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The nodes that an MPI program has, all at once: the agent's own, and perhaps others. */
interface Gang {
  /** In the order of their ranks; the agent's own is the first. */
  List<MpiNode> nodes();

  /** What marks its processes on all nodes; empty = it is not said yet. */
  Optional<String> mark();

  /** How long it took from the first node's slots to the last one's. */
  double gatherSeconds();

  /** A program that starts commands on the other nodes, as {@code ssh} does; empty = none are. */
  Optional<Path> remoteShell() throws IOException;

  /** Calls once when it cannot go on, as when it has lost a node, or cannot already. */
  void onBroken(Runnable action);

  /** Why it cannot go on; empty = it can. */
  Optional<TaskError> broken();

  /** What may be why its launcher has failed, if nothing else is; empty = nothing. */
  Optional<TaskError> suspected();

  /**
   * Ends all processes of the program on the other nodes, and gives these back; completes when that
   * is known. May be called again.
   */
  CompletableFuture<Void> end();

  /** One node, which needs no others. */
  static Gang of(MpiNode own) {
    return new Gang() {
      @Override
      public List<MpiNode> nodes() {
        return List.of(own);
      }

      @Override
      public Optional<String> mark() {
        return Optional.empty();
      }

      @Override
      public double gatherSeconds() {
        return 0;
      }

      @Override
      public Optional<Path> remoteShell() {
        return Optional.empty();
      }

      @Override
      public void onBroken(Runnable action) {}

      @Override
      public Optional<TaskError> broken() {
        return Optional.empty();
      }

      @Override
      public Optional<TaskError> suspected() {
        return Optional.empty();
      }

      @Override
      public CompletableFuture<Void> end() {
        return CompletableFuture.completedFuture(null);
      }
    };
  }
}
