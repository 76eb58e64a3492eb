package io.qtau.launcher;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pilots inside the allocations of a batch system. Its commands run on one host, this one or
 * another; the agents run wherever the scheduler puts them.
 */
final class BatchLauncher implements PilotLauncher {
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  /** A pilot that has no allocation after this was left by a start that died. */
  private static final Duration TO_SUBMIT = Duration.ofMinutes(5);

  private final Path pilots;
  private final ResourceUrl resource;
  private final Host host;
  private final @Nullable Path sites;
  private final Duration grace;
  private final InstantSource clock;
  private final BatchQueue queue;
  private final SchedulerAnswers answers;

  /**
   * @param pilots the directory that holds what this home knows of its pilots
   * @param sites where pilots' own files lie on the host when the request does not say; null =
   *     below the account's home there
   * @param find finds out which commands the host has; called once, when they are needed
   * @param interval so often the scheduler is asked at most, by all commands together
   * @param grace so long agents have to leave before their allocation is ended
   */
  BatchLauncher(
      Path pilots,
      ResourceUrl resource,
      Host host,
      @Nullable Path sites,
      Function<Host, Scheduler> find,
      Duration interval,
      Duration grace,
      InstantSource clock) {
    this.pilots = pilots;
    this.resource = resource;
    this.host = host;
    this.sites = sites;
    this.grace = grace;
    this.clock = clock;
    queue = new BatchQueue(host, find);
    String file = "." + resource.toString().replaceAll("[^A-Za-z0-9.@-]", "_") + ".json";
    answers = new SchedulerAnswers(pilots.resolve(file), interval, clock);
  }

  @Override
  public Allocation allocate(PilotRequest request) throws LaunchFailed {
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    String what = "cannot start pilot '" + request.name() + "': ";
    try (FileChannel lock = directory.claim().orElseThrow(() -> new NameInUse(request.name()))) {
      if (isAlive(directory)) {
        throw new NameInUse(request.name());
      }
      submit(request, directory);
    } catch (IOException e) {
      throw new LaunchFailed(what + e.getMessage(), e);
    } catch (Scheduler.NoAnswer e) {
      throw new LaunchFailed(what + queue.name() + " says: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
    return new Allocation(request.name(), directory);
  }

  private static LaunchFailed interrupted(String what, InterruptedException e) {
    Thread.currentThread().interrupt();
    return new LaunchFailed(what + "interrupted", e);
  }

  /** Asks the scheduler itself, since a name must not be refused for the sake of an old answer. */
  private boolean isAlive(PilotDirectory directory)
      throws IOException, InterruptedException, Scheduler.NoAnswer {
    String id = livingId(directory);
    return id != null && queue.isAlive(id);
  }

  /** Of the allocation of a pilot that has not ended, as far as is known; null = it has none. */
  private static @Nullable String livingId(PilotDirectory directory) throws IOException {
    return directory.end().isPresent() ? null : directory.start().id();
  }

  private void submit(PilotRequest request, PilotDirectory directory)
      throws IOException, InterruptedException, LaunchFailed {
    PilotFiles files = new PilotFiles(host, site(request));
    Scheduler scheduler = queue.scheduler();
    List<String> command = scheduler.submit(request, files.directory());
    // The allocation itself knows its end, once it has begun.
    var settings = files.settings(request, null);
    boolean submitted = false;
    try {
      files.write(request, settings, scheduler.script(), Templates.NODE, Templates.PILOT);
      directory.prepare(settings, new PilotDirectory.Start(null, request.nodes(), clock.millis()));
      String id = queue.submit(command);
      record(directory, id, request.nodes());
      submitted = true;
    } catch (Scheduler.NoAnswer e) {
      throw new LaunchFailed(
          "%s refuses the pilot '%s': %s"
              .formatted(scheduler.name(), request.name(), e.getMessage()),
          e);
    } finally {
      if (!submitted) {
        files.removeAll();
        directory.remove();
      }
    }
  }

  /** An allocation that nobody could find again must not stay. */
  private void record(PilotDirectory directory, String id, int nodes)
      throws IOException, InterruptedException {
    try {
      directory.started(new PilotDirectory.Start(id, nodes, clock.millis()));
    } catch (IOException e) {
      Host.Ended unused = queue.cancel(id);
      throw e;
    }
  }

  private String site(PilotRequest request) throws IOException, InterruptedException {
    String parent = request.workingDirectory();
    if (parent == null) {
      parent =
          sites != null
              ? sites.toString()
              : host.run(List.of("pwd"), PATIENCE).out().strip() + "/.qtau/pilots";
    }
    return parent.replaceAll("/+$", "") + "/" + request.name();
  }

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
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
    return Files.exists(directory.site().resolve("exit"))
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

  @Override
  public void release(Allocation allocation) throws LaunchFailed {
    PilotDirectory directory = allocation.directory();
    String what = "cannot stop pilot '" + allocation.name() + "': ";
    try {
      String id = livingId(directory);
      if (id != null) {
        queue.end(id, grace);
      }
      directory.ended(directory.start(), new AllocationState(Phase.DONE, null));
    } catch (LaunchFailed | IOException e) {
      throw new LaunchFailed(what + e.getMessage(), e);
    } catch (Scheduler.NoAnswer e) {
      throw new LaunchFailed(what + queue.name() + " says: " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(what, e);
    }
  }
}
