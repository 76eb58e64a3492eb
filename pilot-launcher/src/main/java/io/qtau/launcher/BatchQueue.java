package io.qtau.launcher;

import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A scheduler's commands, run on the host that has them. */
final class BatchQueue {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TO_END = Duration.ofSeconds(90);
  private static final long FIRST_PAUSE_MILLIS = 100;
  private static final long LONGEST_PAUSE_MILLIS = 2000;

  private final Host host;
  private final Function<Host, Scheduler> find;
  private @Nullable Scheduler scheduler;

  /**
   * @param find finds out which commands the host has; called once, when they are needed
   */
  BatchQueue(Host host, Function<Host, Scheduler> find) {
    this.host = host;
    this.find = find;
  }

  synchronized Scheduler scheduler() {
    if (scheduler == null) {
      scheduler = find.apply(host);
    }
    return scheduler;
  }

  String name() {
    return scheduler().name();
  }

  /**
   * Asks for an allocation; its id.
   *
   * @throws Scheduler.NoAnswer when it is refused; there is none then
   */
  String submit(List<String> command) throws IOException, InterruptedException, Scheduler.NoAnswer {
    return scheduler().submitted(host.run(command, PATIENCE));
  }

  /** What the scheduler says of each; one that it does not know is left out. */
  Map<String, AllocationState> ask(List<String> ids)
      throws IOException, InterruptedException, Scheduler.NoAnswer {
    if (ids.isEmpty()) {
      return Map.of();
    }
    Map<String, AllocationState> states =
        new LinkedHashMap<>(scheduler().answered(host.run(scheduler().query(ids), PATIENCE)));
    List<String> missing = ids.stream().filter(id -> !states.containsKey(id)).toList();
    var history = scheduler().history(missing);
    if (!missing.isEmpty() && history.isPresent()) {
      states.putAll(scheduler().remembered(host.run(history.get(), PATIENCE)));
    }
    return states;
  }

  boolean isAlive(String id) throws IOException, InterruptedException, Scheduler.NoAnswer {
    return isAlive(ask(List.of(id)).get(id));
  }

  private static boolean isAlive(@Nullable AllocationState state) {
    return state != null && state.isAlive();
  }

  /** Ends an allocation at once, and does not look whether it has. */
  Host.Ended cancel(String id) throws IOException, InterruptedException {
    return host.run(scheduler().cancel(id), PATIENCE);
  }

  /**
   * Ends an allocation, in good order if it lets itself be asked. On return the scheduler lists it
   * no longer.
   *
   * @param grace so long it has to leave
   * @throws LaunchFailed when it is still there
   */
  void end(String id, Duration grace)
      throws IOException, InterruptedException, Scheduler.NoAnswer, LaunchFailed {
    AllocationState state = ask(List.of(id)).get(id);
    var askToLeave = scheduler().askToLeave(id);
    if (state != null && state.phase() == AllocationState.Phase.RUNNING && askToLeave.isPresent()) {
      host.run(askToLeave.get(), PATIENCE);
      state = awaitEnd(id, grace);
    }
    if (isAlive(state)) {
      Host.Ended said = cancel(id);
      state = awaitEnd(id, TO_END);
      if (state != null && state.isAlive()) {
        throw new LaunchFailed(
            "its allocation %s is still there (%s), and '%s' said: %s"
                .formatted(
                    id,
                    state.phase(),
                    String.join(" ", scheduler().cancel(id)),
                    Scheduler.words(said)));
      }
    }
  }

  /**
   * Asks at growing intervals, since no scheduler tells by itself; null or an ended state when it
   * is over.
   */
  private @Nullable AllocationState awaitEnd(String id, Duration patience)
      throws IOException, InterruptedException, Scheduler.NoAnswer {
    long deadline = System.nanoTime() + patience.toNanos();
    long pauseMillis = FIRST_PAUSE_MILLIS;
    while (true) {
      Thread.sleep(pauseMillis);
      AllocationState state = ask(List.of(id)).get(id);
      if (!isAlive(state) || System.nanoTime() > deadline) {
        return state;
      }
      pauseMillis = Math.min(LONGEST_PAUSE_MILLIS, pauseMillis * 3 / 2);
    }
  }
}
