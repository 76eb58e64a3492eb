package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.launcher.Allocation;
import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.PilotLauncher;
import io.qtau.launcher.PilotPhase;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.PilotRequestBuilder;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import java.time.Duration;
import java.util.Objects;
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

  /** A pilot may wait so long for its scheduler, and still log in. */
  private static final Duration QUEUEING = Duration.ofDays(14);

  private static final Duration LOOK = Duration.ofMillis(50);

  private final Console console;

  @Mixin private final PilotOptions options = new PilotOptions();

  @Option(names = "--wait", description = "Return only when its agents are ready for tasks.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      converter = Seconds.class,
      description = "Wait no longer (default: 60 on local://; with a scheduler, no limit).")
  private @Nullable Duration timeout;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  PilotStart(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    PilotRequestBuilder wanted = options.request();
    PilotName name = Objects.requireNonNull(wanted.name());
    BrokerOptions.Target target = broker.target(console);
    Pilots pilots = Pilots.telling(console, target);
    wanted
        .broker(target.url().toString())
        .caFile(target.url().ca())
        .credentialFile(target.credentialFile())
        .javaCommand(JavaCommand.agent())
        .build(); // What is wrong with it is told before anything is done.
    try (Heartbeats heartbeats = Heartbeats.open(target);
        QTau client = QTau.connect(target.url(), target.credential())) {
      PilotCredentials credentials = new PilotCredentials(console.home().pilots(), client);
      PilotRequest request = admit(wanted, name, credentials);
      client
          .pilots()
          .begin(
              PilotCredentials.login(name, request.credentialFile()),
              request.leave().policy(),
              null);
      Allocation started = allocate(pilots.launcher(), request, credentials);
      PilotState state = pilots.state(started, heartbeats.all());
      if (wait) {
        state = await(pilots, started, heartbeats, request);
      }
      json.print(
          console,
          state,
          "pilot %s is %s, files in %s"
              .formatted(name, state.state(), started.directory().place()));
    }
    return ExitCode.OK.number();
  }

  private PilotRequest admit(
      PilotRequestBuilder wanted, PilotName name, PilotCredentials credentials) throws Exception {
    PilotRequest request = wanted.build();
    Duration lasts = request.walltime();
    if (lasts != null && request.resource().isBatch()) {
      lasts = lasts.plus(QUEUEING);
    }
    return wanted.credentialFile(credentials.issue(name, lasts, request.ownPoolOnly())).build();
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

  private PilotState await(
      Pilots pilots, Allocation started, Heartbeats heartbeats, PilotRequest request)
      throws IOException, InterruptedException {
    boolean forEver = timeout == null && request.resource().isBatch();
    Duration patience = timeout == null ? PATIENCE : timeout;
    long begin = System.nanoTime();
    while (true) {
      PilotState state = pilots.state(started, heartbeats.all());
      PilotPhase phase = PilotPhase.valueOf(state.state());
      if (phase.isOver()) {
        throw new CommandFailed(
            ExitCode.UNAVAILABLE,
            "the pilot %s is %s: %s; its files are in %s"
                .formatted(started.name(), phase, state.reason(), started.directory().place()));
      }
      if (phase.isUp() && !state.degraded()) {
        return state;
      }
      if (!forEver && System.nanoTime() - begin > patience.toNanos()) {
        throw new CommandFailed(
            ExitCode.UNAVAILABLE,
            "the pilot %s is %s after %d s, and %d of its %d agents are ready%s; it goes on"
                .formatted(
                    started.name(),
                    phase,
                    patience.toSeconds(),
                    state.agents().size(),
                    request.nodes(),
                    state.reason() == null ? "" : " (" + state.reason() + ")"));
      }
      Thread.sleep(LOOK.toMillis());
    }
  }
}
