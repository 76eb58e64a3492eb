package io.qtau.cli;

import io.qtau.agent.OwnMemory;
import io.qtau.broker.BrokerSettings;
import io.qtau.broker.EmbeddedBroker;
import io.qtau.broker.OwnerCredential;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.LocalLauncher;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.ResourceUrl;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.pilot.PilotCredential;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Pool;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.Shape;
import io.qtau.protocol.TaskDescription;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * A broker in this JVM, on a free port with its data below {@code $QTAU_HOME/runs/<session>}, and a
 * pilot of one agent process.
 */
final class OwnSite implements RunSite, AutoCloseable {
  private static final Duration GRACE = Duration.ofSeconds(2);

  private final Console console;
  private final Path directory;
  private final SessionName session;
  private final PilotName pilot;
  private final @Nullable Integer cores;
  private final Credential owner;
  private final LocalLauncher launcher;
  private @Nullable Long memoryMb;
  private @Nullable BrokerUrl url;
  private @Nullable EmbeddedBroker broker;
  private @Nullable Allocation allocation;
  private @Nullable Path pilotCredential;

  OwnSite(Console console, SessionName session, @Nullable Integer cores) throws Exception {
    this.console = console;
    this.session = session;
    this.cores = cores;
    directory = console.home().run(session);
    pilot = new PilotName("run-" + session.value().substring(0, 8));
    owner = OwnerCredential.obtain(console.home().path());
    launcher = new LocalLauncher(directory, GRACE);
  }

  private Path data() {
    return directory.resolve("broker");
  }

  @Override
  public void open() throws Exception {
    BrokerUrl free = new BrokerUrl("127.0.0.1", EmbeddedBroker.freePort());
    url = free;
    PilotCredential itsOwn = PilotCredential.create(directory, pilot);
    pilotCredential = itsOwn.file();
    // The agent's JVM starts beside the broker, and tries until it is there.
    allocation =
        launcher.allocate(
            PilotRequest.on(ResourceUrl.LOCAL)
                .name(pilot)
                .cores(cores)
                .broker(free.toString())
                .credentialFile(itsOwn.file())
                .owner(ProcessHandle.current().pid())
                .build());
    broker =
        EmbeddedBroker.start(
            new BrokerSettings(data(), free.port(), owner).with(itsOwn.credential()));
  }

  @Override
  public BrokerUrl url() {
    BrokerUrl open = url;
    if (open == null) {
      throw new IllegalStateException("not open");
    }
    return open;
  }

  @Override
  public Credential credential() {
    return owner;
  }

  @Override
  public Integer cores() {
    Integer chosen = cores;
    return chosen == null ? Runtime.getRuntime().availableProcessors() : chosen;
  }

  /** What its agent will have. Looked for once, and only if a task says what it needs. */
  private long memoryMb() {
    Long known = memoryMb;
    if (known == null) {
      known = OwnMemory.ofAgents(console.environment());
      memoryMb = known;
    }
    return known;
  }

  @Override
  public List<String> warnings(List<TaskDescription> tasks) {
    return List.of();
  }

  @Override
  public @Nullable String objection(TaskDescription task) {
    if (!task.pool().equals(Pool.SHARED)) {
      return "pool: '" + task.pool() + "' is no pilot of this run; leave it out, or use --broker";
    }
    int wanted = task.resources().milliCores();
    if (!task.resources().wantsAllCores() && wanted > cores() * 1000) {
      return "resources.cores: "
          + wanted / 1000.0
          + " are wanted, and this run's pilot has "
          + cores()
          + "; --cores may give it more";
    }
    long wantedMb = task.resources().memoryMb();
    if (wantedMb > 0 && wantedMb > memoryMb()) {
      return "resources.memory_mb: "
          + wantedMb
          + " are wanted, and this machine has "
          + memoryMb()
          + " for this run's pilot "
          + pilot
          + "; a pilot of 'pilot start' elsewhere may have more, and 'run --broker' uses it";
    }
    Shape shape = task.lane().shape();
    return shape.milliGpus() == 0 && shape.nodes() == 1 && !shape.hasNamed()
        ? null
        : "resources: this run's pilot offers cores and memory only (lane "
            + shape
            + "); a pilot of 'pilot start' may have more, and 'run --broker' uses it";
  }

  @Override
  public @Nullable CommandFailed trouble() {
    EmbeddedBroker running = broker;
    String lost =
        running == null ? null : running.failed().toCompletableFuture().getNow((String) null);
    if (lost != null) {
      return new CommandFailed(ExitCode.UNAVAILABLE, lost);
    }
    Allocation mine = allocation;
    if (mine == null) {
      return null;
    }
    AllocationState state = launcher.states(List.of(mine)).get(mine);
    return state == null || state.isAlive()
        ? null
        : new CommandFailed(
            ExitCode.UNAVAILABLE,
            "the pilot "
                + pilot
                + " failed; in "
                + mine.directory().path()
                + " its agent's last words are: "
                + state.reason());
  }

  @Override
  public List<String> goOn(Path out) {
    String qtau = console.command();
    return List.of(
        qtau + " broker start --data " + ShellWord.of(data()),
        qtau + " pilot start --resource local:// --cores-per-node " + cores(),
        qtau + " await " + session + " --out " + ShellWord.of(out));
  }

  @Override
  public void close() {
    close(false);
  }

  @Override
  public void close(boolean keepData) {
    stopPilot();
    EmbeddedBroker running = broker;
    if (running != null) {
      running.close();
    }
    if (!keepData) {
      try {
        delete(data());
        removeIfEmpty();
      } catch (IOException e) {
        console.say("cannot remove " + data() + ": " + Words.of(e));
      }
    }
  }

  /** The pilot's directory stays: what a task's result points to may be in it. */
  private void removeIfEmpty() throws IOException {
    try {
      Files.deleteIfExists(directory);
    } catch (DirectoryNotEmptyException pilotsDirectory) {
      // As it should be.
    }
  }

  private void stopPilot() {
    Allocation mine = allocation;
    if (mine == null) {
      return;
    }
    try {
      launcher.release(mine);
      if (pilotCredential != null) {
        Files.deleteIfExists(pilotCredential);
      }
    } catch (LaunchFailed | IOException e) {
      console.say(Words.of(e));
    }
  }

  private static void delete(Path tree) throws IOException {
    if (!Files.exists(tree)) {
      return;
    }
    try (Stream<Path> all = Files.walk(tree)) {
      for (Path path : all.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(path);
      }
    }
  }
}
