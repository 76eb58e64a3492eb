package io.qtau.cli;

import io.qtau.launcher.Allocation;
import io.qtau.launcher.AllocationState;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.ResourceUrl;
import io.qtau.protocol.PilotName;
import java.io.IOException;
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
      description = {
        "Where: local:// is this machine; ssh://[user@]host[:port] another one,",
        "ssh://h1,h2 and ssh://node[1-4] several."
      })
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
      names = "--nodes",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "How many agents it has (default: one on each host).")
  private int nodes = 1;

  @Option(
      names = "--tunnel",
      description = "Its agents reach the broker through the SSH connection from here.")
  private boolean tunnel;

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
    PilotLauncher launcher = pilots.launcher(where, nodes, tunnel);
    BrokerOptions.Target target = broker.target(console);
    try (Heartbeats heartbeats = Heartbeats.open(target)) {
      Allocation started =
          launcher.allocate(
              new PilotRequest(
                  pilot,
                  where,
                  cores,
                  target.url().toString(),
                  target.credentialFile(),
                  null,
                  JavaCommand.agent()));
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
    String reason = state == null || !failed ? null : state.reason();
    throw new CommandFailed(
        ExitCode.UNAVAILABLE,
        "the pilot "
            + started.name()
            + (failed ? " failed" : " is not ready after " + PATIENCE.toSeconds() + " s")
            + "; "
            + (reason != null
                ? reason
                : started.directory().stderr() + " ends with: " + started.directory().lastWords()));
  }

  /** A heartbeat of an earlier pilot of the same name has another process. */
  private static boolean isReady(Allocation started, Heartbeats heartbeats) throws IOException {
    var pids = started.directory().pids();
    return heartbeats.all().stream()
            .filter(
                agent ->
                    agent.agent().pilot().equals(started.name())
                        && pids.contains(agent.pid())
                        && agent.state().equals(PilotState.READY))
            .count()
        == pids.size();
  }
}
