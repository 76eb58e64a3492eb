package io.qtau.launcher;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.InvalidField;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Pilots on hosts that are reached by SSH: one agent on each, or several on one. Agents are
 * processes of their own sessions; they survive the connection that has started them, and the
 * server's end.
 */
public final class SshLauncher implements PilotLauncher, AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(10);

  private final Path pilots;
  private final SshConfig config = SshConfig.ofThisUser();
  private final SshHosts hosts = new SshHosts(config);

  /**
   * @param pilots the directory that holds the directories of pilots; a Java for hosts without one
   *     is kept beside it
   */
  public SshLauncher(Path pilots) {
    this.pilots = pilots;
  }

  @Override
  public Allocation allocate(PilotRequest request) throws LaunchFailed {
    refuseWhatIsNotCarried(request);
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    Allocation allocation = new Allocation(request.name(), directory);
    List<SshAddress> places =
        HostList.place(HostList.parse(request.resource().rest()), request.nodes());
    try (FileChannel lock = directory.claim().orElseThrow(() -> new NameInUse(request.name()))) {
      if (isAlive(allocation)) {
        throw new NameInUse(request.name());
      }
      start(request, directory, places);
    } catch (IOException e) {
      throw new LaunchFailed("cannot start pilot '" + request.name() + "': " + words(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchFailed("interrupted while a pilot was starting", e);
    }
    return allocation;
  }

  private static void refuseWhatIsNotCarried(PilotRequest request) {
    NodeSetup setup = request.setup();
    String field =
        !setup.modules().isEmpty()
            ? "modules"
            : setup.condaEnvironment() != null
                ? "conda_environment"
                : !setup.commands().isEmpty()
                    ? "setup_commands"
                    : request.workingDirectory() != null ? "working_directory" : null;
    if (field != null) {
      throw new InvalidField(field, "is not available on ssh:// yet; leave it out");
    }
  }

  private boolean isAlive(Allocation allocation) throws IOException {
    Optional<SshPilot> before = SshPilot.read(allocation.directory());
    AllocationState state = states(List.of(allocation)).get(allocation);
    return before.isPresent() && state != null && state.isAlive();
  }

  private void start(PilotRequest request, PilotDirectory directory, List<SshAddress> places)
      throws IOException, InterruptedException {
    RuntimeStaging staging =
        RuntimeStaging.of(request.javaCommand(), pilots.resolveSibling("runtime"));
    Map<SshAddress, RuntimeStaging.Staged> staged =
        hosts.all(new LinkedHashSet<>(places), staging::stage);
    Map<SshAddress, String> homes = new LinkedHashMap<>();
    staged.forEach((host, ready) -> homes.put(host, ready.home()));
    SshPilot pilot = SshPilot.placed(request.name(), places, homes);
    directory.prepare(
        settings(request, directory),
        new PilotDirectory.Start(null, places.size(), System.currentTimeMillis()));
    pilot.write(directory);
    try {
      Map<SshAddress, String> brokers = brokers(request, directory, pilot);
      for (List<SshPilot.Agent> started : startAgents(request, staged, brokers, pilot).values()) {
        pilot = pilot.with(started);
      }
      pilot.write(directory);
    } catch (IOException | InterruptedException | RuntimeException e) {
      undo(directory, pilot, e);
      throw e;
    }
  }

  private static AgentSettings settings(PilotRequest request, PilotDirectory directory) {
    return new AgentSettings(
            new AgentName(request.name(), 0),
            request.broker(),
            request.credentialFile().toString(),
            request.caFile() == null ? null : request.caFile().toString(),
            directory.path().toString(),
            request.resource().toString(),
            request.cores(),
            SshAgents.ends(request),
            null,
            request.leave())
        .offering(request.offer());
  }

  /** Where agents find the broker, from each host. */
  private Map<SshAddress, String> brokers(
      PilotRequest request, PilotDirectory directory, SshPilot pilot)
      throws IOException, InterruptedException {
    Map<SshAddress, String> brokers = new LinkedHashMap<>();
    if (request.tunnel()) {
      return Tunnel.start(request, config, directory, pilot);
    }
    pilot.byHost().keySet().forEach(host -> brokers.put(host, request.broker()));
    return brokers;
  }

  private Map<SshAddress, List<SshPilot.Agent>> startAgents(
      PilotRequest request,
      Map<SshAddress, RuntimeStaging.Staged> staged,
      Map<SshAddress, String> brokers,
      SshPilot pilot)
      throws IOException, InterruptedException {
    Map<SshAddress, List<SshPilot.Agent>> agents = pilot.byHost();
    return hosts.all(
        agents.keySet(),
        host -> {
          List<SshPilot.Agent> started = new ArrayList<>();
          for (SshPilot.Agent agent : of(agents, host)) {
            started.add(
                new SshAgents(host)
                    .start(
                        request,
                        brokers.getOrDefault(host.address(), request.broker()),
                        staged.getOrDefault(host.address(), NOWHERE),
                        agent));
          }
          return started;
        });
  }

  private static final RuntimeStaging.Staged NOWHERE = new RuntimeStaging.Staged("/", List.of());

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
  public void release(Allocation allocation) throws LaunchFailed {
    try {
      Optional<SshPilot> pilot = SshPilot.read(allocation.directory());
      if (pilot.isPresent() && !pilot.get().released()) {
        end(allocation.directory(), pilot.get());
      }
    } catch (IOException e) {
      throw new LaunchFailed("cannot stop pilot '" + allocation.name() + "': " + words(e), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new LaunchFailed("interrupted while a pilot was stopped", e);
    }
  }

  /** The agents first: they give their tasks back through the tunnel. */
  private void end(PilotDirectory directory, SshPilot pilot)
      throws IOException, InterruptedException {
    Map<SshAddress, List<SshPilot.Agent>> agents = pilot.byHost();
    Map<SshAddress, SshHosts.Answer<List<SshPilot.Agent>>> ended =
        hosts.ask(agents.keySet(), host -> new SshAgents(host).stop(of(agents, host), GRACE));
    for (SshHosts.Answer<List<SshPilot.Agent>> answer : ended.values()) {
      List<SshPilot.Agent> unused = answer.orThrow();
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
