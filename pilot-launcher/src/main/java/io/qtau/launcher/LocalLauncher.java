package io.qtau.launcher;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.protocol.InvalidField;
import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Pilots on this machine: as many agents as nodes are wanted. Each agent is a process of its own
 * session: it survives whoever has started it, and that one's terminal.
 */
public final class LocalLauncher implements PilotLauncher {
  private static final Duration START = Duration.ofSeconds(60);

  private final Path pilots;
  private final Duration grace;
  private final Host host = new LocalHost();

  /**
   * @param pilots the directory that holds the directories of pilots
   */
  public LocalLauncher(Path pilots) {
    this(pilots, GRACE);
  }

  /**
   * @param pilots the directory that holds the directories of pilots
   * @param grace so long an agent has to give its tasks back before it is killed
   */
  public LocalLauncher(Path pilots, Duration grace) {
    this.pilots = pilots;
    this.grace = grace;
  }

  @Override
  public <E extends Exception> Allocation allocate(PilotRequest request, Admission<E> admission)
      throws LaunchFailed, E {
    if (!request.resource().equals(ResourceUrl.LOCAL)) {
      throw new InvalidField("resource", "'" + request.resource() + "' is not local://");
    }
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    Allocation allocation = new Allocation(request.name(), directory);
    try (FileChannel lock = directory.claim().orElseThrow(() -> new NameInUse(request.name()))) {
      if (isAlive(allocation)) {
        throw new NameInUse(request.name());
      }
      admission.admit();
      start(request, directory);
    } catch (IOException e) {
      throw new LaunchFailed("cannot start pilot '" + request.name() + "': " + e.getMessage(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchFailed("interrupted while a pilot was starting", e);
    }
    return allocation;
  }

  private static boolean isAlive(Allocation allocation) throws IOException {
    return Files.exists(allocation.directory().settingsFile())
        && !AgentProcess.of(allocation.directory()).isEmpty();
  }

  private void start(PilotRequest request, PilotDirectory directory)
      throws IOException, InterruptedException, LaunchFailed {
    Path site = Path.of(Carried.directory(request, pilots.toString()));
    PilotFiles files =
        Carried.here(request, site.toString())
            .files(ends(request), Templates.NODE, Templates.PILOT);
    var start = new PilotDirectory.Start(null, request.nodes(), System.currentTimeMillis());
    write(files);
    directory.prepare(PilotFiles.settings(request, site.toString(), ends(request)), start);
    try {
      begin(site, request.nodes());
    } catch (IOException | InterruptedException | LaunchFailed | RuntimeException e) {
      directory.ended(start, new AllocationState(Phase.FAILED, e.getMessage()));
      throw e;
    }
  }

  /** All of them or none. */
  private void write(PilotFiles files) throws IOException, InterruptedException {
    try {
      files.writeTo(host);
    } catch (IOException e) {
      PilotFiles.removeFrom(host, files.directory());
      throw e;
    }
  }

  /** When a pilot that begins now is over, epoch µs; null = it has no walltime. */
  static @Nullable Long ends(PilotRequest request) {
    return request.walltime() == null
        ? null
        : ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now().plus(request.walltime()));
  }

  /**
   * On return they are processes. None of them is a child of this one: a JVM takes 300 ms longer to
   * exit while it waits for one.
   */
  private void begin(Path site, int agents) throws IOException, InterruptedException, LaunchFailed {
    List<String> arguments = new ArrayList<>(List.of("begin", site.toString()));
    for (int number = 0; number < agents; number++) {
      arguments.add(Integer.toString(number));
    }
    Host.Ended ended = host.run(Templates.AGENTS.call(arguments), START.multipliedBy(2));
    if (ended.code() != 0) {
      throw new LaunchFailed(
          "cannot start pilot '%s': %s".formatted(site.getFileName(), Scheduler.words(ended)));
    }
  }

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
    Map<Allocation, AllocationState> states = new LinkedHashMap<>();
    allocations.forEach(allocation -> states.put(allocation, state(allocation.directory())));
    return states;
  }

  private static AllocationState state(PilotDirectory directory) {
    try {
      var end = directory.end();
      if (end.isPresent()) {
        return end.get();
      }
      if (!AgentProcess.of(directory).isEmpty()) {
        return new AllocationState(Phase.RUNNING, null);
      }
      if (isStarting(directory)) {
        return new AllocationState(Phase.SUBMITTED, null);
      }
      return directory.haveAllLeft()
          ? new AllocationState(Phase.DONE, null)
          : new AllocationState(Phase.FAILED, reason(directory, "its agent ended without a word"));
    } catch (IOException e) {
      return new AllocationState(Phase.FAILED, e.getMessage());
    }
  }

  /** Another command is just about to start its first agent. */
  private static boolean isStarting(PilotDirectory directory) throws IOException {
    long begun = directory.start().submitted();
    return directory.pids().isEmpty() && System.currentTimeMillis() - begun < START.toMillis();
  }

  /** Its last words; without any, what is known otherwise. */
  private static String reason(PilotDirectory directory, String otherwise) throws IOException {
    String words = directory.lastWords();
    return words.isEmpty() ? otherwise : words;
  }

  @Override
  public List<Said> said(Allocation allocation) throws IOException {
    return PilotTraces.of(host, allocation.directory()).said();
  }

  @Override
  public Map<Allocation, LaunchFailed> release(Collection<Allocation> allocations) {
    Map<Allocation, List<AgentProcess>> leaving = new LinkedHashMap<>();
    Map<Allocation, LaunchFailed> failures = new LinkedHashMap<>();
    for (Allocation allocation : allocations) {
      try {
        List<AgentProcess> agents = AgentProcess.of(allocation.directory());
        agents.forEach(AgentProcess::terminate);
        leaving.put(allocation, agents);
      } catch (IOException e) {
        failures.put(
            allocation, LaunchFailed.toStop(allocation, String.valueOf(e.getMessage()), e));
      }
    }
    long deadline = System.nanoTime() + grace.toNanos();
    leaving.forEach(
        (allocation, agents) -> {
          try {
            end(allocation, agents, deadline);
          } catch (LaunchFailed e) {
            failures.put(allocation, e);
          }
        });
    return failures;
  }

  private static void end(Allocation allocation, List<AgentProcess> agents, long deadline)
      throws LaunchFailed {
    for (AgentProcess agent : agents) {
      if (!agent.end(Duration.ofNanos(Math.max(0, deadline - System.nanoTime())))) {
        throw new LaunchFailed(
            "the agent of '%s', process %d, lives on".formatted(allocation.name(), agent.pid()));
      }
    }
    PilotDirectory directory = allocation.directory();
    try {
      directory.ended(directory.start(), new AllocationState(Phase.DONE, null));
    } catch (IOException e) {
      throw LaunchFailed.toStop(allocation, String.valueOf(e.getMessage()), e);
    }
  }
}
