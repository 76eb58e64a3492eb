package io.qtau.cli;

import io.qtau.broker.BrokerDaemon;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qtau broker stop}. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "Stops the broker; its data stays. Exit code 3 when none runs.")
final class BrokerStop implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(20);

  private final Console console;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Stop the broker only if it is on this data.")
  private @Nullable Path data;

  @Mixin private final JsonOutput json = new JsonOutput();

  BrokerStop(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    BrokerDaemon daemon = new BrokerDaemon(console.home().path());
    BrokerState state = BrokerState.of(daemon.status());
    boolean another =
        state != null
            && data != null
            && !Path.of(state.data()).equals(data.toAbsolutePath().normalize());
    if (state == null || another) {
      json.print(console, BrokerState.NOT_RUNNING, "");
      console.say("no broker is running" + (data == null ? "" : " on " + data));
      return ExitCode.UNAVAILABLE.number();
    }
    daemon.stop(PATIENCE);
    json.print(
        console, BrokerState.NOT_RUNNING, "the broker has stopped; its data is in " + state.data());
    return ExitCode.OK.number();
  }
}
