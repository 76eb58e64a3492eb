package io.qtau.launcher;

import java.io.IOException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/**
 * Gets allocations on one kind of resource, starts agents in them, and ends them. A launcher holds
 * no state of its own: all that it knows of a pilot is in the pilot's directory, so another process
 * can ask and release what this one has allocated.
 */
public interface PilotLauncher {
  /**
   * So long an agent has to leave after TERM, before it is killed: short before the end of its
   * allocation it drains for 20 s, and what still runs then has to end and to go back.
   */
  Duration GRACE = Duration.ofSeconds(29);

  /** What a pilot needs before it starts. */
  @FunctionalInterface
  interface Admission<E extends Exception> {
    void admit() throws E, InterruptedException;
  }

  /**
   * Asks the resource for what the request says. On return the pilot's directory stands and the
   * resource has the request; the agents may not be running yet: their first heartbeat says so.
   *
   * @param admission done once when the name is this pilot's, before anything of it starts
   * @throws NameInUse when a pilot of that name lives; nothing was done
   * @throws LaunchFailed when the resource refused; nothing is left running
   */
  <E extends Exception> Allocation allocate(PilotRequest request, Admission<E> admission)
      throws LaunchFailed, E;

  /** The same for a pilot that needs nothing else. */
  default Allocation allocate(PilotRequest request) throws LaunchFailed {
    return this.<RuntimeException>allocate(request, () -> {});
  }

  /**
   * What the resource says of all these pilots, asked together. It is the second opinion: an
   * agent's own heartbeat comes first.
   */
  Map<Allocation, AllocationState> states(Collection<Allocation> allocations);

  /**
   * What a pilot's agents have said so far, and its allocation as a whole.
   *
   * @throws IOException when that cannot be read, as from a host that is away
   */
  List<Said> said(Allocation allocation) throws IOException;

  /**
   * Ends pilots: all are asked to leave before any is waited for, and a resource is asked for all
   * of them together. On return no agent of them runs; each had {@link #GRACE} to give its tasks
   * back. Their directories stay. Releasing what has ended is no error.
   *
   * @return those that could not be ended; the messages say what still runs
   */
  Map<Allocation, LaunchFailed> release(Collection<Allocation> allocations);

  /** Ends one. */
  default void release(Allocation allocation) throws LaunchFailed {
    LaunchFailed failed = release(List.of(allocation)).get(allocation);
    if (failed != null) {
      throw failed;
    }
  }
}
