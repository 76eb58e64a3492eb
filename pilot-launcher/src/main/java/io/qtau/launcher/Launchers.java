package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
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
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BiConsumer;

/**
 * The launchers for all resources, as one: each request and each pilot goes to the launcher of its
 * resource.
 */
public final class Launchers implements PilotLauncher, AutoCloseable {
  private static final Duration INTERVAL = Duration.ofSeconds(30);
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int MOST_AT_ONCE = 16;
  private static final AllocationState NOTHING_TOLD =
      new AllocationState(AllocationState.Phase.UNKNOWN, null);

  private final Path pilots;
  private final Duration interval;
  private final SshConfig config;
  private final Map<ResourceUrl, PilotLauncher> launchers = new LinkedHashMap<>();

  /**
   * @param pilots the directory that holds the directories of pilots
   */
  public Launchers(Path pilots) {
    this(pilots, INTERVAL);
  }

  /**
   * @param pilots the directory that holds the directories of pilots
   * @param interval so often a scheduler is asked at most, by all commands together
   */
  public Launchers(Path pilots, Duration interval) {
    this(pilots, interval, SshConfig.ofThisUser());
  }

  /** Those of a user whose SSH has that configuration. */
  Launchers(Path pilots, SshConfig config) {
    this(pilots, INTERVAL, config);
  }

  private Launchers(Path pilots, Duration interval, SshConfig config) {
    this.pilots = pilots.toAbsolutePath().normalize();
    this.interval = interval;
    this.config = config;
  }

  private synchronized PilotLauncher of(ResourceUrl resource) {
    return launchers.computeIfAbsent(resource, this::make);
  }

  private PilotLauncher make(ResourceUrl resource) {
    if (resource.equals(ResourceUrl.LOCAL)) {
      return new LocalLauncher(pilots);
    }
    if (resource.isSsh()) {
      return new SshLauncher(pilots, config, staging(), GRACE);
    }
    if (resource.isRemote()) {
      return overSsh(resource);
    }
    return batch(resource, new NearSite(new LocalHost(), pilots));
  }

  /** Through the login host that the URL names. */
  private PilotLauncher overSsh(ResourceUrl resource) {
    List<SshAddress> hosts = HostList.parse(resource.rest());
    if (hosts.size() > 1) {
      throw new InvalidField("resource", "'" + resource + "': a scheduler has one login host");
    }
    SshHost login = new SshHost(config, hosts.get(0));
    return batch(resource, new FarSite(login, config, staging()));
  }

  private Staging staging() {
    return Staging.ofRuntime(pilots.resolveSibling("runtime"));
  }

  private PilotLauncher batch(ResourceUrl resource, BatchSite site) {
    return new BatchLauncher(
        pilots,
        resource,
        site,
        host -> scheduler(resource, host),
        interval,
        GRACE,
        InstantSource.system());
  }

  static Scheduler scheduler(ResourceUrl resource, Host host) {
    if (resource.isSlurm()) {
      return new Slurm();
    }
    try {
      return new Pbs(host.run(Pbs.VERSION, PATIENCE));
    } catch (IOException e) {
      return new Pbs(new Host.Ended(1, "", String.valueOf(e.getMessage())));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new Pbs(new Host.Ended(1, "", "interrupted"));
    }
  }

  /** A name is one name on all resources. */
  @Override
  public <E extends Exception> Allocation allocate(PilotRequest request, Admission<E> admission)
      throws LaunchFailed, E {
    PilotLauncher launcher = of(request.resource());
    PilotDirectory directory = PilotDirectory.of(pilots, request.name());
    try {
      if (Files.exists(directory.settingsFile())
          && !directory.resource().equals(request.resource())) {
        Allocation other = new Allocation(request.name(), directory);
        AllocationState state = states(List.of(other)).get(other);
        if (state != null && state.isAlive()) {
          throw new NameInUse(request.name());
        }
      }
    } catch (IOException e) {
      throw new LaunchFailed("cannot start pilot '" + request.name() + "': " + e.getMessage(), e);
    }
    return launcher.allocate(request, admission);
  }

  @Override
  public Map<Allocation, AllocationState> states(Collection<Allocation> allocations) {
    Map<Allocation, AllocationState> states = new LinkedHashMap<>();
    allocations.forEach(pilot -> states.put(pilot, NOTHING_TOLD));
    byResource(
            allocations,
            (pilot, e) ->
                states.put(
                    pilot, new AllocationState(AllocationState.Phase.FAILED, e.getMessage())))
        .forEach((resource, own) -> states.putAll(of(resource).states(own)));
    return states;
  }

  /**
   * @param unreadable hears of those whose files do not say it
   */
  private static Map<ResourceUrl, List<Allocation>> byResource(
      Collection<Allocation> allocations, BiConsumer<Allocation, Exception> unreadable) {
    Map<ResourceUrl, List<Allocation>> byResource = new LinkedHashMap<>();
    for (Allocation allocation : allocations) {
      try {
        byResource
            .computeIfAbsent(allocation.directory().resource(), key -> new ArrayList<>())
            .add(allocation);
      } catch (IOException | InvalidField e) {
        unreadable.accept(allocation, e);
      }
    }
    return byResource;
  }

  @Override
  public List<Said> said(Allocation allocation) throws IOException {
    return of(allocation.directory().resource()).said(allocation);
  }

  @Override
  public Map<Allocation, LaunchFailed> release(Collection<Allocation> allocations) {
    Map<Allocation, LaunchFailed> failures = new LinkedHashMap<>();
    Map<ResourceUrl, List<Allocation>> byResource =
        byResource(
            allocations,
            (pilot, e) ->
                failures.put(pilot, LaunchFailed.toStop(pilot, String.valueOf(e.getMessage()), e)));
    if (byResource.size() <= 1) {
      byResource.forEach((resource, own) -> failures.putAll(of(resource).release(own)));
    } else {
      failures.putAll(releaseAtOnce(byResource));
    }
    return failures;
  }

  /** One slow resource does not keep the others waiting. */
  private Map<Allocation, LaunchFailed> releaseAtOnce(
      Map<ResourceUrl, List<Allocation>> byResource) {
    Map<Allocation, LaunchFailed> failures = new LinkedHashMap<>();
    ExecutorService threads =
        Executors.newFixedThreadPool(Math.min(MOST_AT_ONCE, byResource.size()), Launchers::daemon);
    try {
      List<Callable<Map<Allocation, LaunchFailed>>> calls = new ArrayList<>();
      byResource.forEach((resource, own) -> calls.add(() -> of(resource).release(own)));
      for (Future<Map<Allocation, LaunchFailed>> done : threads.invokeAll(calls)) {
        failures.putAll(done.get());
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      byResource.values().stream()
          .flatMap(List::stream)
          .forEach(pilot -> failures.put(pilot, LaunchFailed.toStop(pilot, "interrupted", e)));
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } finally {
      threads.shutdownNow();
    }
    return failures;
  }

  private static Thread daemon(Runnable work) {
    Thread thread = new Thread(work, "release");
    thread.setDaemon(true);
    return thread;
  }

  /** Closes the connections to other hosts; the pilots stay. */
  @Override
  public synchronized void close() {
    for (PilotLauncher launcher : launchers.values()) {
      if (launcher instanceof SshLauncher far) {
        far.close();
      } else if (launcher instanceof BatchLauncher batch) {
        batch.close();
      }
    }
    launchers.clear();
  }
}
