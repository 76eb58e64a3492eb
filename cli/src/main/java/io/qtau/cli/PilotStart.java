package io.qtau.cli;

import io.qtau.launcher.PilotRequestBuilder;
import io.qtau.pilot.Pilot;
import io.qtau.pilot.PilotService;
import io.qtau.pilot.PilotState;
import java.time.Duration;
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
    BrokerOptions.Target target = broker.target(console);
    try (PilotService pilots = console.pilots(target)) {
      Pilot started = pilots.start(wanted);
      PilotState state = wait ? started.awaitReady(patience(wanted)) : started.state();
      json.print(
          console,
          PilotView.of(state),
          "pilot %s is %s, files in %s".formatted(started, state.phase(), started.place()));
    }
    return ExitCode.OK.number();
  }

  private @Nullable Duration patience(PilotRequestBuilder wanted) {
    return timeout != null || wanted.resource().isBatch() ? timeout : PATIENCE;
  }
}
