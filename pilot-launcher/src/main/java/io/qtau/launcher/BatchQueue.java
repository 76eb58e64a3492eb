package io.qtau.launcher;

import io.qtau.launcher.AllocationState.Phase;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** A scheduler's commands, run on the host that has them. */
final class BatchQueue {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration TO_END = Duration.ofSeconds(90);
  private static final Duration FIRST_PAUSE = Duration.ofMillis(100);

  /** So often a scheduler is asked for states otherwise, too. */
  private static final Duration LONGEST_PAUSE = Duration.ofSeconds(30);

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
   * Ends allocations, in good order if they let themselves be asked: all are told before any is
   * waited for, and all are asked for together. On return the scheduler lists the others no longer.
   *
   * @param grace so long they have to leave
   * @return those that are still there, and what was said of them
   */
  Map<String, String> end(Collection<String> ids, Duration grace)
      throws IOException, InterruptedException, Scheduler.NoAnswer {
    Map<String, AllocationState> states = ask(List.copyOf(ids));
    List<String> leaving = new ArrayList<>();
    Map<String, Host.Ended> canceled = new LinkedHashMap<>();
    for (String id : ids) {
      AllocationState state = states.get(id);
      var askToLeave = scheduler().askToLeave(id);
      if (state != null && state.phase() == Phase.RUNNING && askToLeave.isPresent()) {
        host.run(askToLeave.get(), PATIENCE);
        leaving.add(id);
      } else if (isAlive(state)) {
        canceled.put(id, cancel(id));
      }
    }
    for (String id : awaitEnds(leaving, grace).keySet()) {
      canceled.put(id, cancel(id));
    }
    Map<String, String> left = new LinkedHashMap<>();
    awaitEnds(canceled.keySet(), TO_END)
        .forEach(
            (id, state) ->
                left.put(
                    id,
                    "its allocation %s is still there (%s), and '%s' said: %s"
                        .formatted(
                            id,
                            state.phase(),
                            String.join(" ", scheduler().cancel(id)),
                            Scheduler.words(Objects.requireNonNull(canceled.get(id))))));
    return left;
  }

  /**
   * Asks for all at growing intervals, since no scheduler tells by itself. The states of those that
   * are not over when the patience is.
   */
  private Map<String, AllocationState> awaitEnds(Collection<String> ids, Duration patience)
      throws IOException, InterruptedException, Scheduler.NoAnswer {
    long deadline = System.nanoTime() + patience.toNanos();
    Duration pause = FIRST_PAUSE;
    Map<String, AllocationState> left = new LinkedHashMap<>();
    List<String> waitedFor = List.copyOf(ids);
    while (!waitedFor.isEmpty()) {
      Thread.sleep(pause.toMillis());
      left = new LinkedHashMap<>(ask(waitedFor));
      left.values().removeIf(state -> !state.isAlive());
      if (System.nanoTime() > deadline) {
        return left;
      }
      waitedFor = List.copyOf(left.keySet());
      pause = next(pause, Duration.ofNanos(deadline - System.nanoTime()));
    }
    return left;
  }

  /** An end is heard of when a fifth of the time that it took has passed once more, at most. */
  static Duration next(Duration pause, Duration rest) {
    Duration longer = pause.multipliedBy(5).dividedBy(4);
    Duration most = rest.compareTo(LONGEST_PAUSE) < 0 ? rest : LONGEST_PAUSE;
    Duration next = longer.compareTo(most) < 0 ? longer : most;
    return next.compareTo(FIRST_PAUSE) < 0 ? FIRST_PAUSE : next;
  }
}
