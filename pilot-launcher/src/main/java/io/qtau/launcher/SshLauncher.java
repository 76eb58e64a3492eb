package io.qtau.launcher;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/**
 * Pilots on hosts that are reached by SSH: one agent on each, or several on one. Agents are
 * processes of their own sessions; they survive the connection that has started them, and the
 * server's end.
 */
final class SshLauncher implements PilotLauncher, AutoCloseable {
  private final Path pilots;
  private final SshConfig config;
  private final Staging staging;
  private final Duration grace;
  private final SshHosts hosts;

  /**
   * @param pilots the directory that holds the directories of pilots
   * @param grace so long agents have to give their tasks back before they are killed
   */
  SshLauncher(Path pilots, SshConfig config, Staging staging, Duration grace) {
    this.pilots = pilots;
    this.config = config;
    this.staging = staging;
    this.grace = grace;
    hosts = new SshHosts(config);
  }

  @Override
  public <E extends Exception> Allocation allocate(PilotRequest request, Admission<E> admission)
      throws LaunchFailed, E {
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    Allocation allocation = new Allocation(request.name(), directory);
    List<SshAddress> places =
        HostList.place(HostList.parse(request.resource().rest()), request.nodes());
    try (FileChannel lock = directory.claim().orElseThrow(() -> new NameInUse(request.name()))) {
      if (isAlive(allocation)) {
        throw new NameInUse(request.name());
      }
      admission.admit();
      start(request, directory, places);
    } catch (IOException e) {
      throw new LaunchFailed("cannot start pilot '" + request.name() + "': " + words(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchFailed("interrupted while a pilot was starting", e);
    }
    return allocation;
  }

  private boolean isAlive(Allocation allocation) throws IOException {
    Optional<SshPilot> before = SshPilot.read(allocation.directory());
    AllocationState state = states(List.of(allocation)).get(allocation);
    return before.isPresent() && state != null && state.isAlive();
  }

  private void start(PilotRequest request, PilotDirectory directory, List<SshAddress> places)
      throws IOException, InterruptedException {
    Staging.ToHost needs = staging.of(request);
    Map<SshAddress, RuntimeStaging.Staged> staged =
        hosts.all(new LinkedHashSet<>(places), needs::stage);
    Map<SshAddress, String> sites = new LinkedHashMap<>();
    staged.forEach((host, ready) -> sites.put(host, site(request, host, ready)));
    SshPilot pilot = SshPilot.placed(places, sites);
    directory.prepare(
        PilotFiles.settings(request, directory.path().toString(), LocalLauncher.ends(request)),
        new PilotDirectory.Start(null, places.size(), System.currentTimeMillis()));
    pilot.write(directory);
    try {
      Map<SshAddress, Carried> carried = carry(request, directory, sites, staged);
      for (List<SshPilot.Agent> started : startAgents(pilot, carried).values()) {
        pilot = pilot.with(started);
      }
      pilot.write(directory);
    } catch (IOException | InterruptedException | RuntimeException e) {
      undo(directory, pilot, e);
      throw e;
    }
  }

  /** Each host has a directory of its own: several may have one home in common. */
  private static String site(PilotRequest request, SshAddress host, RuntimeStaging.Staged staged) {
    return Carried.directory(request, staged.home() + "/.qtau/pilots") + "/" + host;
  }

  /** What is to be done on each host, which may have a way of its own to the broker. */
  private Map<SshAddress, Carried> carry(
      PilotRequest request,
      PilotDirectory directory,
      Map<SshAddress, String> sites,
      Map<SshAddress, RuntimeStaging.Staged> staged)
      throws IOException, InterruptedException {
    Map<SshAddress, String> tunnels =
        request.tunnel()
            ? Tunnel.toHosts(request, config, directory, sites.keySet())
            : Map.<SshAddress, String>of();
    Map<SshAddress, Carried> carried = new LinkedHashMap<>();
    for (Map.Entry<SshAddress, RuntimeStaging.Staged> host : staged.entrySet()) {
      carried.put(
          host.getKey(),
          Carried.there(
              request,
              site(request, host.getKey(), host.getValue()),
              tunnels.getOrDefault(host.getKey(), request.broker()),
              host.getValue().javaCommand()));
    }
    return carried;
  }

  private Map<SshAddress, List<SshPilot.Agent>> startAgents(
      SshPilot pilot, Map<SshAddress, Carried> carried) throws IOException, InterruptedException {
    Map<SshAddress, List<SshPilot.Agent>> agents = pilot.byHost();
    return hosts.all(
        agents.keySet(),
        host ->
            new SshAgents(host)
                .start(Objects.requireNonNull(carried.get(host.address())), of(agents, host)));
  }

  private static List<SshPilot.Agent> of(
      Map<SshAddress, List<SshPilot.Agent>> agents, SshHost host) {
    return agents.getOrDefault(host.address(), List.of());
  }

  /** Ends what was started of a pilot that could not be started as a whole. */
  private void undo(PilotDirectory directory, SshPilot pilot, Exception why) {
    boolean interrupted = Thread.interrupted();
    try {
      end(directory, pilot);
    } catch (IOException | InterruptedException e) {
      why.addSuppressed(e);
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
    try {
      return new SshStates(hosts).of(allocations);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      Map<Allocation, AllocationState> unknown = new LinkedHashMap<>();
      allocations.forEach(
          a -> unknown.put(a, new AllocationState(AllocationState.Phase.UNKNOWN, "interrupted")));
      return unknown;
    }
  }

  @Override
  public List<Said> said(Allocation allocation) throws IOException {
    Optional<SshPilot> pilot = SshPilot.read(allocation.directory());
    if (pilot.isEmpty()) {
      return List.of();
    }
    Map<SshAddress, List<SshPilot.Agent>> agents = pilot.get().byHost();
    try {
      return hosts.all(agents.keySet(), host -> said(host, of(agents, host))).values().stream()
          .flatMap(List::stream)
          .toList();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new InterruptedIOException("interrupted");
    }
  }

  private static List<Said> said(SshHost host, List<SshPilot.Agent> agents) throws IOException {
    return new PilotTraces(
            host, agents.get(0).site(), agents.stream().map(SshPilot.Agent::number).toList())
        .said();
  }

  @Override
  public Map<Allocation, LaunchFailed> release(Collection<Allocation> allocations) {
    Map<Allocation, SshPilot> leaving = new LinkedHashMap<>();
    Map<Allocation, LaunchFailed> failures = new LinkedHashMap<>();
    for (Allocation allocation : allocations) {
      try {
        SshPilot.read(allocation.directory())
            .filter(pilot -> !pilot.released())
            .ifPresent(pilot -> leaving.put(allocation, pilot));
      } catch (IOException e) {
        failures.put(allocation, LaunchFailed.toStop(allocation, words(e), e));
      }
    }
    try {
      var answers = stop(leaving.values());
      leaving.forEach(
          (allocation, pilot) -> {
            try {
              ended(allocation.directory(), pilot, answers);
            } catch (IOException e) {
              failures.put(allocation, LaunchFailed.toStop(allocation, words(e), e));
            }
          });
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      leaving
          .keySet()
          .forEach(pilot -> failures.put(pilot, LaunchFailed.toStop(pilot, "interrupted", e)));
    }
    return failures;
  }

  private void end(PilotDirectory directory, SshPilot pilot)
      throws IOException, InterruptedException {
    ended(directory, pilot, stop(List.of(pilot)));
  }

  /** Ends their agents; each host is asked once, and all at the same time. */
  private Map<SshAddress, SshHosts.Answer<List<SshPilot.Agent>>> stop(Collection<SshPilot> pilots)
      throws InterruptedException {
    Map<SshAddress, List<SshPilot.Agent>> agents = new LinkedHashMap<>();
    for (SshPilot pilot : pilots) {
      pilot
          .byHost()
          .forEach((host, own) -> agents.computeIfAbsent(host, h -> new ArrayList<>()).addAll(own));
    }
    return hosts.ask(agents.keySet(), host -> new SshAgents(host).stop(of(agents, host), grace));
  }

  /** The agents first: they have given their tasks back through the tunnel. */
  private static void ended(
      PilotDirectory directory,
      SshPilot pilot,
      Map<SshAddress, SshHosts.Answer<List<SshPilot.Agent>>> answers)
      throws IOException {
    for (SshAddress host : pilot.byHost().keySet()) {
      List<SshPilot.Agent> unused = Objects.requireNonNull(answers.get(host)).orThrow();
    }
    Tunnel.end(directory);
    pilot.ended().write(directory);
    directory.ended(directory.start(), new AllocationState(AllocationState.Phase.DONE, null));
  }

  private static String words(IOException e) {
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }

  /** Closes the connections; the pilots stay. */
  @Override
  public void close() {
    hosts.close();
  }
}
