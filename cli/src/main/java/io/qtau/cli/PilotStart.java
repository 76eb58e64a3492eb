package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.ResourceUrl;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.WhenItEnds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qtau pilot start}. */
@Command(
    name = "start",
    mixinStandardHelpOptions = true,
    description = "Starts a pilot; it stays when this command and its terminal are gone.")
final class PilotStart implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final Duration LOOK = Duration.ofMillis(100);

  private final Console console;

  @Option(
      names = "--resource",
      required = true,
      paramLabel = "URL",
      description = "Where: local:// is this machine.")
  private String resource = "";

  @Option(
      names = "--name",
      paramLabel = "N",
      description = "Its name, unique among those that live (default: a new one).")
  private @Nullable String name;

  @Option(
      names = "--cores-per-node",
      paramLabel = "C",
      converter = PositiveInt.class,
      description = "Cores that its tasks may use (default: all).")
  private @Nullable Integer cores;

  @Option(
      names = "--own-pool-only",
      description = "It takes tasks of its own pool only, and cannot read those of others.")
  private boolean ownPoolOnly;

  @Option(
      names = "--when-it-ends",
      paramLabel = "fail|to-shared",
      converter = EndPolicy.class,
      description = {
        "What becomes of tasks for this pilot alone that are left when it ends: each fails",
        "(PilotEnded, the default), or all pilots may have them."
      })
  private WhenItEnds whenItEnds = WhenItEnds.FAIL;

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      description = "Let it leave when it has had no task for so long (default: it stays).")
  private @Nullable Duration idleTimeout;

  @Option(names = "--wait", description = "Return only when its agent is ready for tasks.")
  private boolean wait;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  PilotStart(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    ResourceUrl where = ResourceUrl.parse(resource);
    PilotName pilot = name == null ? RandomName.pilot(where.scheme()) : new PilotName(name);
    Pilots pilots = new Pilots(console.home());
    PilotLauncher launcher = pilots.launcher(where);
    BrokerOptions.Target target = broker.target(console);
    try (Heartbeats heartbeats = Heartbeats.open(target);
        QTau client = QTau.connect(target.url(), target.credential())) {
      PilotCredentials credentials = new PilotCredentials(console.home().pilots(), client);
      Path credential = credentials.issue(pilot, null, ownPoolOnly);
      client.pilots().begin(pilot, whenItEnds, null);
      Allocation started =
          allocate(
              launcher,
              new PilotRequest(
                  pilot,
                  where,
                  cores,
                  target.url().toString(),
                  credential,
                  target.url().ca(),
                  null,
                  JavaCommand.agent(),
                  rules()),
              credentials);
      if (wait) {
        await(launcher, started, heartbeats);
      }
      for (PilotState state : pilots.list(heartbeats.all())) {
        if (state.name().equals(pilot.value())) {
          json.print(
              console,
              state,
              "pilot "
                  + pilot
                  + " is "
                  + state.state()
                  + ", files in "
                  + started.directory().path());
        }
      }
    }
    return ExitCode.OK.number();
  }

  private static Allocation allocate(
      PilotLauncher launcher, PilotRequest request, PilotCredentials credentials) throws Exception {
    try {
      Allocation started = launcher.allocate(request);
      credentials.supersede(request.name(), request.credentialFile());
      return started;
    } catch (LaunchFailed | RuntimeException e) {
      credentials.withdraw(request.name(), request.credentialFile());
      throw e;
    }
  }

  private LeaveRules rules() {
    Double idle = idleTimeout == null ? null : Double.valueOf(idleTimeout.toMillis() / 1000.0);
    return new LeaveRules(whenItEnds, idle, null);
  }

  private void await(PilotLauncher launcher, Allocation started, Heartbeats heartbeats)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + PATIENCE.toNanos();
    AllocationState state = launcher.states(List.of(started)).get(started);
    while (state != null && state.isAlive() && System.nanoTime() < deadline) {
      if (isReady(started, heartbeats)) {
        return;
      }
      Thread.sleep(LOOK.toMillis());
      state = launcher.states(List.of(started)).get(started);
    }
    boolean failed = state != null && !state.isAlive();
    throw new CommandFailed(
        ExitCode.UNAVAILABLE,
        "the pilot "
            + started.name()
            + (failed ? " failed" : " is not ready after " + PATIENCE.toSeconds() + " s")
            + "; "
            + started.directory().stderr()
            + " ends with: "
            + started.directory().lastWords());
  }

  /** A heartbeat of an earlier pilot of the same name has another process. */
  private static boolean isReady(Allocation started, Heartbeats heartbeats) throws IOException {
    var pid = started.directory().pid();
    return heartbeats.all().stream()
        .anyMatch(
            agent ->
                agent.agent().pilot().equals(started.name())
                    && agent.pid() == pid.orElse(0)
                    && agent.state().equals(PilotState.READY));
  }
}
