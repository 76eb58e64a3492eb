package io.qtau.launcher;

import io.qtau.launcher.AllocationState.Phase;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What is known of the pilots of one scheduler, which is asked for all of them at once.
 *
 * @param pilots the directory that holds what this home knows of its pilots
 * @param answers what it said when it was last asked
 */
record BatchStates(
    Path pilots,
    ResourceUrl resource,
    Host host,
    BatchQueue queue,
    SchedulerAnswers answers,
    InstantSource clock) {
  /** A pilot that has no allocation after this was left by a start that died. */
  private static final Duration TO_SUBMIT = Duration.ofMinutes(5);

  Map<Allocation, AllocationState> of(Collection<Allocation> allocations) {
    Map<Allocation, AllocationState> states = new LinkedHashMap<>();
    SchedulerAnswers.Answers last = null;
    for (Allocation allocation : allocations) {
      try {
        AllocationState state = ownEvidence(allocation.directory());
        if (state == null) {
          last = last == null ? answers.get(this::askForAll) : last;
          state = told(allocation.directory(), last);
        }
        states.put(allocation, state);
      } catch (IOException e) {
        states.put(allocation, new AllocationState(Phase.UNKNOWN, e.getMessage()));
      }
    }
    return states;
  }

  /** Of the allocation of a pilot that has not ended, as far as is known; null = it has none. */
  static @Nullable String livingId(PilotDirectory directory) throws IOException {
    return directory.end().isPresent() ? null : directory.start().id();
  }

  /** What is known without the scheduler: an end that was noticed before, or that is seen here. */
  private @Nullable AllocationState ownEvidence(PilotDirectory directory) throws IOException {
    var end = directory.end();
    if (end.isPresent()) {
      return end.get();
    }
    PilotDirectory.Start start = directory.start();
    if (start.id() == null) {
      boolean young = clock.millis() - start.submitted() < TO_SUBMIT.toMillis();
      return young
          ? new AllocationState(Phase.SUBMITTED, "it is being submitted")
          : new AllocationState(Phase.FAILED, "it was never submitted");
    }
    // Behind SSH the scheduler is as near as the file.
    return !resource.isRemote() && Files.exists(directory.site().resolve("exit"))
        ? over(directory, start, new AllocationState(Phase.LOST, null))
        : null;
  }

  private AllocationState told(PilotDirectory directory, SchedulerAnswers.Answers last)
      throws IOException {
    PilotDirectory.Start start = directory.start();
    AllocationState told = last.of(String.valueOf(start.id()));
    if (told == null) {
      told =
          new AllocationState(
              start.submitted() >= last.answered() ? Phase.SUBMITTED : Phase.LOST, null);
    }
    if (!told.isAlive()) {
      return over(directory, start, told);
    }
    return last.trouble() == null
        ? told
        : told.because(queue.name() + " does not answer: " + last.trouble());
  }

  /** How it ended; remembered, since a scheduler forgets. */
  private AllocationState over(
      PilotDirectory directory, PilotDirectory.Start start, AllocationState told)
      throws IOException {
    AllocationState end = new Verdict(host, queue.name()).of(directory, told);
    directory.ended(start, end);
    return end;
  }

  /** All pilots of this resource that may live, in one question. */
  private Map<String, AllocationState> askForAll() throws Scheduler.NoAnswer {
    List<String> ids = new ArrayList<>();
    try {
      for (Allocation pilot : PilotDirectory.all(pilots)) {
        String id = livingId(pilot.directory());
        if (id != null && pilot.directory().resource().equals(resource)) {
          ids.add(id);
        }
      }
      return queue.ask(ids);
    } catch (IOException e) {
      throw new Scheduler.NoAnswer(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Scheduler.NoAnswer("interrupted");
    }
  }
}
