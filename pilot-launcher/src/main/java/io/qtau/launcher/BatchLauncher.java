package io.qtau.launcher;

import io.qtau.templates.Templates;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
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
  private static final Duration TO_END = Duration.ofSeconds(90);
  private static final int FILE_BYTES = 2000;

  /** The exit status of a batch script whose allocation was ended under it. */
  private static final String TERMINATED = "143";

  private final Path pilots;
  private final ResourceUrl resource;
  private final Host host;
  private final @Nullable Path sites;
  private final Function<Host, Scheduler> find;
  private final InstantSource clock;
  private final Duration grace;
  private final SchedulerAnswers answers;
  private @Nullable Scheduler scheduler;

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
    this.find = find;
    this.grace = grace;
    this.clock = clock;
    String file = "." + resource.toString().replaceAll("[^A-Za-z0-9.@-]", "_") + ".json";
    answers = new SchedulerAnswers(pilots.resolve(file), interval, clock);
  }

  private Scheduler scheduler() {
    if (scheduler == null) {
      scheduler = find.apply(host);
    }
    return scheduler;
  }

  // Allocate.

  @Override
  public Allocation allocate(PilotRequest request) throws LaunchFailed {
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    Allocation allocation = new Allocation(request.name(), directory);
    try (FileChannel lock = directory.claim().orElseThrow(() -> new NameInUse(request.name()))) {
      if (isAlive(allocation)) {
        throw new NameInUse(request.name());
      }
      submit(request, directory);
    } catch (IOException e) {
      throw new LaunchFailed("cannot start pilot '" + request.name() + "': " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    }
    return allocation;
  }

  private static LaunchFailed interrupted(InterruptedException e) {
    Thread.currentThread().interrupt();
    return new LaunchFailed("interrupted while the scheduler was asked", e);
  }

  /** Asks the scheduler itself, since a name must not be refused for the sake of an old answer. */
  private boolean isAlive(Allocation allocation) throws IOException, InterruptedException {
    PilotDirectory directory = allocation.directory();
    var start = directory.start();
    if (start.isEmpty() || directory.end().isPresent() || start.get().id() == null) {
      return false;
    }
    try {
      AllocationState now = ask(List.of(start.get().id())).get(start.get().id());
      return now != null && now.isAlive();
    } catch (Scheduler.NoAnswer e) {
      throw new IOException(scheduler().name() + " does not answer: " + e.getMessage(), e);
    }
  }

  private void submit(PilotRequest request, PilotDirectory directory)
      throws IOException, InterruptedException, LaunchFailed {
    PilotFiles files = new PilotFiles(host, site(request));
    Scheduler scheduler = scheduler();
    List<String> command = scheduler.submit(request, files.directory());
    var settings =
        files.settings(request, null); // The allocation knows its end, once it has begun.
    boolean submitted = false;
    try {
      directory.prepare(settings);
      files.write(request, settings, scheduler.script(), Templates.NODE, Templates.PILOT);
      String id = scheduler.submitted(host.run(command, PATIENCE));
      record(directory, new PilotDirectory.Start(id, request.nodes(), clock.millis()));
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
  private void record(PilotDirectory directory, PilotDirectory.Start start)
      throws IOException, InterruptedException {
    try {
      directory.started(start);
    } catch (IOException e) {
      host.run(scheduler().cancel(String.valueOf(start.id())), PATIENCE);
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

  // States.

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
    Map<Allocation, AllocationState> states = new LinkedHashMap<>();
    SchedulerAnswers.Answers last = null;
    for (Allocation allocation : allocations) {
      try {
        AllocationState state = ownEvidence(allocation.directory());
        if (state == null) {
          last = last == null ? answers.get(this::askForAll) : last;
          state = state(allocation.directory(), last);
        }
        states.put(allocation, state);
      } catch (IOException e) {
        states.put(allocation, new AllocationState(AllocationState.Phase.UNKNOWN, e.getMessage()));
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
    var start = directory.start();
    if (start.isEmpty()) {
      return new AllocationState(AllocationState.Phase.FAILED, "it was never submitted");
    }
    return Files.exists(directory.site().resolve("exit"))
        ? over(directory, new AllocationState(AllocationState.Phase.LOST, null))
        : null;
  }

  private AllocationState state(PilotDirectory directory, SchedulerAnswers.Answers last)
      throws IOException {
    PilotDirectory.Start start = directory.start().orElseThrow();
    AllocationState told = last.of(String.valueOf(start.id()));
    if (told == null) {
      told =
          start.submitted() >= last.answered()
              ? new AllocationState(AllocationState.Phase.SUBMITTED, null)
              : new AllocationState(AllocationState.Phase.LOST, null);
    }
    if (!told.isAlive()) {
      return over(directory, told);
    }
    return last.trouble() == null
        ? told
        : told.because(scheduler().name() + " does not answer: " + last.trouble());
  }

  /** How it ended, from what the scheduler says and what the pilot has left; remembered. */
  private AllocationState over(PilotDirectory directory, AllocationState told) throws IOException {
    AllocationState end = judge(directory, told);
    directory.ended(end);
    return end;
  }

  private AllocationState judge(PilotDirectory directory, AllocationState told) throws IOException {
    String site = directory.site().toString();
    String exit = text(site + "/exit");
    boolean inGoodOrder =
        told.phase() == AllocationState.Phase.DONE
            || (told.phase() == AllocationState.Phase.LOST && exit.equals("0"));
    if (inGoodOrder) {
      return hasSaidHello(directory)
          ? new AllocationState(AllocationState.Phase.DONE, told.reason())
          : failed("it ended before an agent reached the broker", directory);
    }
    if (told.phase() == AllocationState.Phase.FAILED) {
      return failed(told.reason(), directory);
    }
    if (told.phase() != AllocationState.Phase.LOST || told.reason() != null) {
      return told;
    }
    if (exit.equals(TERMINATED)) {
      return new AllocationState(
          AllocationState.Phase.CANCELED, scheduler().name() + " has ended it");
    }
    return exit.isEmpty()
        ? told.because(
            scheduler().name() + " does not know it any more, and it left no exit status")
        : failed("exit status " + exit, directory);
  }

  private AllocationState failed(@Nullable String why, PilotDirectory directory)
      throws IOException {
    String words = lastWords(directory);
    String reason = why == null ? "it failed" : why;
    return new AllocationState(
        AllocationState.Phase.FAILED, words.isEmpty() ? reason : reason + "\n" + words);
  }

  private int nodes(PilotDirectory directory) throws IOException {
    return directory.start().map(PilotDirectory.Start::nodes).orElse(0);
  }

  private boolean hasSaidHello(PilotDirectory directory) throws IOException {
    for (int agent = 0; agent < nodes(directory); agent++) {
      if (has(directory.site() + "/" + AgentFiles.name(agent) + "/hello")) {
        return true;
      }
    }
    return false;
  }

  private String lastWords(PilotDirectory directory) throws IOException {
    for (int agent = 0; agent < nodes(directory); agent++) {
      String words = text(directory.site() + "/" + AgentFiles.name(agent) + "/stderr");
      if (!words.isEmpty()) {
        return words;
      }
    }
    return text(directory.site() + "/allocation.err");
  }

  private boolean has(String file) throws IOException {
    try {
      byte[] unused = host.tail(file, 1);
      return true;
    } catch (NoSuchFileException none) {
      return false;
    }
  }

  private String text(String file) throws IOException {
    try {
      return new String(host.tail(file, FILE_BYTES), StandardCharsets.UTF_8).strip();
    } catch (NoSuchFileException none) {
      return "";
    }
  }

  /** All pilots of this resource that may live, in one question. */
  private Map<String, AllocationState> askForAll() throws Scheduler.NoAnswer {
    List<String> ids = new ArrayList<>();
    try {
      for (Allocation pilot : PilotDirectory.all(pilots)) {
        PilotDirectory directory = pilot.directory();
        var start = directory.start();
        if (directory.resource().equals(resource)
            && start.isPresent()
            && start.get().id() != null
            && directory.end().isEmpty()) {
          ids.add(start.get().id());
        }
      }
      return ids.isEmpty() ? Map.of() : ask(ids);
    } catch (IOException e) {
      throw new Scheduler.NoAnswer(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Scheduler.NoAnswer("interrupted");
    }
  }

  private Map<String, AllocationState> ask(List<String> ids)
      throws IOException, InterruptedException, Scheduler.NoAnswer {
    Scheduler scheduler = scheduler();
    Map<String, AllocationState> states =
        new LinkedHashMap<>(scheduler.answered(host.run(scheduler.query(ids), PATIENCE)));
    List<String> missing = ids.stream().filter(id -> !states.containsKey(id)).toList();
    var history = scheduler.history(missing);
    if (!missing.isEmpty() && history.isPresent()) {
      states.putAll(scheduler.remembered(host.run(history.get(), PATIENCE)));
    }
    return states;
  }

  // Release.

  @Override
  public void release(Allocation allocation) throws LaunchFailed {
    try {
      PilotDirectory directory = allocation.directory();
      var start = directory.start();
      if (start.isPresent() && start.get().id() != null && directory.end().isEmpty()) {
        end(allocation, start.get().id());
      }
      directory.ended(new AllocationState(AllocationState.Phase.DONE, null));
    } catch (IOException e) {
      throw new LaunchFailed("cannot stop pilot '" + allocation.name() + "': " + e.getMessage(), e);
    } catch (InterruptedException e) {
      throw interrupted(e);
    } catch (Scheduler.NoAnswer e) {
      throw new LaunchFailed(
          "cannot stop pilot '%s': %s says: %s"
              .formatted(allocation.name(), scheduler().name(), e.getMessage()),
          e);
    }
  }

  private void end(Allocation allocation, String id)
      throws IOException, InterruptedException, Scheduler.NoAnswer, LaunchFailed {
    Scheduler scheduler = scheduler();
    AllocationState state = ask(List.of(id)).get(id);
    var askToLeave = scheduler.askToLeave(id);
    if (state != null && state.phase() == AllocationState.Phase.RUNNING && askToLeave.isPresent()) {
      host.run(askToLeave.get(), PATIENCE);
      state = awaitEnd(id, grace);
    }
    if (state != null && state.isAlive()) {
      Host.Ended ended = host.run(scheduler.cancel(id), PATIENCE);
      state = awaitEnd(id, TO_END);
      if (state != null && state.isAlive()) {
        throw new LaunchFailed(
            "the allocation %s of '%s' is still there (%s), and '%s' said: %s"
                .formatted(
                    id,
                    allocation.name(),
                    state.phase(),
                    String.join(" ", scheduler.cancel(id)),
                    Scheduler.words(ended)));
      }
    }
  }

  /** Asks at growing intervals; null or an ended state when it is over. */
  private @Nullable AllocationState awaitEnd(String id, Duration patience)
      throws IOException, InterruptedException, Scheduler.NoAnswer {
    long deadline = System.nanoTime() + patience.toNanos();
    long pauseMillis = 100;
    while (true) {
      Thread.sleep(pauseMillis);
      AllocationState state = ask(List.of(id)).get(id);
      if (state == null || !state.isAlive() || System.nanoTime() > deadline) {
        return state;
      }
      pauseMillis = Math.min(2000, pauseMillis * 3 / 2);
    }
  }
}
