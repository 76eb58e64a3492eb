package io.qtau.pilot;

import io.qtau.client.QTauException;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.Said;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Pool;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeoutException;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * One pilot of a home, whatever has become of it. It lives on without this object and without this
 * process; {@link PilotService#find} has it again.
 */
public final class Pilot {
  private static final Duration FIRST_PAUSE = Duration.ofMillis(50);
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(1);

  private final PilotService service;
  private final Allocation allocation;

  Pilot(PilotService service, Allocation allocation) {
    this.service = service;
    this.allocation = allocation;
  }

  Allocation allocation() {
    return allocation;
  }

  public PilotName name() {
    return allocation.name();
  }

  /** For tasks that this pilot alone shall run. */
  public Pool pool() {
    return Pool.of(name());
  }

  /** Where its files lie, as people read it: with the host where that is another one. */
  public String place() throws IOException {
    return allocation.directory().place();
  }

  /**
   * Where it stands now. A scheduler is asked every 30 s at most, for all pilots and all processes
   * of this home together.
   *
   * @throws IOException when its files cannot be read
   */
  public PilotState state() throws QTauException, IOException, InterruptedException {
    return service.state(allocation);
  }

  /**
   * Waits until all its agents are there. A pilot that is not yet ready goes on when the time is
   * over.
   *
   * @param timeout so long at most; null = without limit, as for a scheduler's queue
   * @throws PilotEnded when it ends before; that says why
   * @throws TimeoutException when they are not there in time; the message says what it waits for
   */
  public PilotState awaitReady(@Nullable Duration timeout)
      throws QTauException, IOException, InterruptedException, PilotEnded, TimeoutException {
    long begin = System.nanoTime();
    PilotState state = await(now -> now.isReady() || now.phase().isOver(), timeout, begin);
    if (state.phase().isOver()) {
      throw new PilotEnded(state, place());
    }
    if (!state.isReady()) {
      throw new TimeoutException(
          "the pilot %s is %s after %d s, and %d of its %d agents are ready%s; it goes on"
              .formatted(
                  name(),
                  state.phase(),
                  (System.nanoTime() - begin) / 1_000_000_000,
                  state.agents().size(),
                  state.nodes(),
                  state.reason() == null ? "" : " (" + state.reason() + ")"));
    }
    return state;
  }

  /**
   * Waits until it has ended, in whatever way. A drained pilot does when what it runs has.
   *
   * @param timeout so long at most; null = without limit
   * @throws TimeoutException when it has not ended in time
   */
  public PilotState awaitEnd(@Nullable Duration timeout)
      throws QTauException, IOException, InterruptedException, TimeoutException {
    PilotState state = await(now -> now.phase().isOver(), timeout, System.nanoTime());
    if (!state.phase().isOver()) {
      throw new TimeoutException("the pilot %s is still %s".formatted(name(), state.phase()));
    }
    return state;
  }

  /** The state when it is the wanted one, or when the time is over. */
  private PilotState await(Predicate<PilotState> wanted, @Nullable Duration timeout, long begin)
      throws QTauException, IOException, InterruptedException {
    long pauseMillis = FIRST_PAUSE.toMillis();
    while (true) {
      PilotState state = state();
      boolean late = timeout != null && System.nanoTime() - begin > timeout.toNanos();
      if (late || wanted.test(state)) {
        return state;
      }
      Thread.sleep(pauseMillis);
      pauseMillis = Math.min(LONGEST_PAUSE.toMillis(), pauseMillis * 21 / 20);
    }
  }

  /**
   * Lets it go when what it runs has ended: it takes nothing new. Agents that are away now obey
   * when they are back.
   *
   * @throws UnknownPilot when its broker has forgotten it, since it ended long ago
   */
  public void drain() throws QTauException, UnknownPilot, InterruptedException {
    var unused = service.drain(name());
  }

  /**
   * Ends it now: what it runs goes back to the broker, at no cost to the tasks. On return none of
   * its agents runs, and its credential is worth nothing. Its files stay. Stopping what has ended
   * is no error, and takes away what that has left.
   *
   * @throws LaunchFailed when it could not be ended; the message says what still runs
   */
  public void stop() throws LaunchFailed, IOException, InterruptedException {
    service.stop(List.of(this));
  }

  /**
   * What its agents have said so far, and its batch script.
   *
   * @throws IOException when that cannot be read, as from a host that is away
   */
  public List<Said> said() throws IOException {
    return service.said(allocation);
  }

  @Override
  public boolean equals(@Nullable Object other) {
    return other instanceof Pilot pilot && pilot.allocation.equals(allocation);
  }

  @Override
  public int hashCode() {
    return allocation.hashCode();
  }

  /** Its name. */
  @Override
  public String toString() {
    return name().toString();
  }
}
