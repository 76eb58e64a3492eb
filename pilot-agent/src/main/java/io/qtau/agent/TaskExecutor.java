package io.qtau.agent;

import io.qtau.protocol.AgentState;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Runs tasks of one kind. Kinds beyond the built-in ones come as services of this type, and have
 * lanes of their own.
 */
public interface TaskExecutor extends AutoCloseable {
  /** The kind that it runs. */
  String kind();

  /**
   * Starts an attempt. It does not wait for its end: {@code done} is called exactly once, by any
   * thread, when the execution and all its processes are over.
   */
  Running start(Execution execution, Consumer<Outcome> done);

  /** The processes that it keeps between tasks. */
  default List<AgentState.Workers> workers() {
    return List.of();
  }

  /** Ends what it keeps between tasks. */
  @Override
  default void close() {}

  /** A started attempt. */
  interface Running {
    /**
     * Ends it with all its processes: TERM, then after a grace KILL. May be called again. What was
     * ended so has not succeeded, whatever it says: a program may leave in good order at a TERM.
     */
    void kill();

    /**
     * The value of {@code QTAU_EXECUTION} in the environment of all its processes; null = it has
     * none of its own now.
     */
    default @Nullable String mark() {
      return null;
    }

    /** What it has written to its standard output and error so far, as far as that is known. */
    default long outputBytes() {
      return 0;
    }
  }
}
