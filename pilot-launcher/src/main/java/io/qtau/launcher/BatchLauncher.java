package io.qtau.launcher;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Pilots inside the allocations of a batch system. Its commands run on one host, this one or
 * another; the agents run wherever the scheduler puts them.
 */
final class BatchLauncher implements PilotLauncher, AutoCloseable {
  private static final int PRIVATE = 0600;

  private final Path pilots;
  private final BatchSite site;
  private final Duration grace;
  private final InstantSource clock;
  private final BatchQueue queue;
  private final BatchStates states;

  /**
   * @param pilots the directory that holds what this home knows of its pilots
   * @param find finds out which commands the host has; called once, when they are needed
   * @param interval so often the scheduler is asked at most, by all commands together
   * @param grace so long agents have to leave before their allocation is ended
   */
  BatchLauncher(
      Path pilots,
      ResourceUrl resource,
      BatchSite site,
      Function<Host, Scheduler> find,
      Duration interval,
      Duration grace,
      InstantSource clock) {
    this.pilots = pilots;
    this.site = site;
    this.grace = grace;
    this.clock = clock;
    queue = new BatchQueue(site.host(), find);
    String file = "." + resource.toString().replaceAll("[^A-Za-z0-9.@-]", "_") + ".json";
    SchedulerAnswers answers = new SchedulerAnswers(pilots.resolve(file), interval, clock);
    states = new BatchStates(pilots, resource, site.host(), queue, answers, clock);
  }

  @Override
  public <E extends Exception> Allocation allocate(PilotRequest request, Admission<E> admission)
      throws LaunchFailed, E {
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    String what = "cannot start pilot '" + request.name() + "': ";
    try (FileChannel lock = directory.claim().orElseThrow(() -> new NameInUse(request.name()))) {
      if (isAlive(directory)) {
        throw new NameInUse(request.name());
      }
      admission.admit();
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
    String id = BatchStates.livingId(directory);
    return id != null && queue.isAlive(id);
  }

  private void submit(PilotRequest request, PilotDirectory directory)
      throws IOException, InterruptedException, LaunchFailed {
    Scheduler scheduler = queue.scheduler();
    BatchSite.Place place = site.prepare(request);
    List<String> command = scheduler.submit(request, place.directory());
    refuseAnothers(request, place);
    try {
      // The allocation itself knows its end, once it has begun.
      directory.prepare(
          PilotFiles.settings(request, place.directory(), null),
          new PilotDirectory.Start(null, request.nodes(), clock.millis()));
      site.carry(request, place, directory)
          .files(null, scheduler.script(), Templates.NODE, Templates.PILOT)
          .writeTo(site.host());
      record(place, directory, queue.submit(command), request.nodes());
    } catch (Scheduler.NoAnswer e) {
      LaunchFailed refused =
          new LaunchFailed(
              "%s refuses the pilot '%s': %s"
                  .formatted(scheduler.name(), request.name(), e.getMessage()),
              e);
      undo(place, directory, refused);
      throw refused;
    } catch (IOException | InterruptedException | RuntimeException e) {
      undo(place, directory, e);
      throw e;
    }
  }

  /** Another home may have started one of the same name into the same directory. */
  private void refuseAnothers(PilotRequest request, BatchSite.Place place)
      throws IOException, InterruptedException, LaunchFailed {
    PilotTraces before = new PilotTraces(site.host(), place.directory(), List.of());
    String id = before.id();
    try {
      if (!id.isEmpty() && before.exit().isEmpty() && queue.isAlive(id)) {
        throw new LaunchFailed(
            "%s has a pilot that another home has started, allocation %s; choose another name for '%s'"
                .formatted(site.host().shown(place.directory()), id, request.name()));
      }
    } catch (Scheduler.NoAnswer e) {
      throw new LaunchFailed(queue.name() + " says: " + e.getMessage(), e);
    }
  }

  /** Takes back all of a start that came to nothing. */
  private void undo(BatchSite.Place place, PilotDirectory directory, Exception why) {
    boolean interrupted = Thread.interrupted();
    try {
      site.end(directory);
      PilotFiles.removeFrom(site.host(), place.directory());
      directory.remove();
    } catch (IOException | InterruptedException e) {
      why.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** An allocation that nobody could find again must not stay. */
  private void record(BatchSite.Place place, PilotDirectory directory, String id, int nodes)
      throws IOException, InterruptedException {
    try {
      directory.started(new PilotDirectory.Start(id, nodes, clock.millis()));
      site.host().write(place.directory() + "/id", (id + "\n").getBytes(UTF_8), PRIVATE);
    } catch (IOException e) {
      Host.Ended unused = queue.cancel(id);
      throw e;
    }
  }

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
    return states.of(allocations);
  }

  @Override
  public List<Said> said(Allocation allocation) throws IOException {
    return PilotTraces.of(site.host(), allocation.directory()).said();
  }

  @Override
  public Map<Allocation, LaunchFailed> release(Collection<Allocation> allocations) {
    Map<Allocation, String> ids = new LinkedHashMap<>();
    Map<Allocation, LaunchFailed> failures = new LinkedHashMap<>();
    for (Allocation allocation : allocations) {
      try {
        String id = BatchStates.livingId(allocation.directory());
        if (id != null) {
          ids.put(allocation, id);
        }
      } catch (IOException e) {
        failures.put(allocation, toStop(allocation, e));
      }
    }
    Map<String, String> left = new LinkedHashMap<>();
    try {
      left.putAll(queue.end(ids.values(), grace));
    } catch (IOException | Scheduler.NoAnswer | InterruptedException e) {
      ids.keySet().forEach(pilot -> failures.put(pilot, toStop(pilot, e)));
    }
    for (Allocation allocation : allocations) {
      if (!failures.containsKey(allocation)) {
        ended(allocation, left.get(ids.get(allocation)))
            .ifPresent(why -> failures.put(allocation, why));
      }
    }
    return failures;
  }

  /**
   * Its allocation is over, so all is that only a living pilot needs.
   *
   * @param left why it is not; null = it is
   */
  private Optional<LaunchFailed> ended(Allocation allocation, @Nullable String left) {
    if (left != null) {
      return Optional.of(
          new LaunchFailed("cannot stop pilot '" + allocation.name() + "': " + left));
    }
    PilotDirectory directory = allocation.directory();
    try {
      site.end(directory);
      directory.ended(directory.start(), new AllocationState(Phase.DONE, null));
      return Optional.empty();
    } catch (IOException | InterruptedException e) {
      return Optional.of(toStop(allocation, e));
    }
  }

  private LaunchFailed toStop(Allocation pilot, Exception e) {
    if (e instanceof InterruptedException) {
      Thread.currentThread().interrupt();
      return LaunchFailed.toStop(pilot, "interrupted", e);
    }
    String says = e instanceof Scheduler.NoAnswer ? queue.name() + " says: " : "";
    return LaunchFailed.toStop(pilot, says + e.getMessage(), e);
  }

  /** Closes the connection to the host of the scheduler's commands; the pilots stay. */
  @Override
  public void close() {
    site.host().close();
  }
}
