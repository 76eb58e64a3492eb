package io.qtau.cli;

import io.qtau.broker.BrokerDaemon;
import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qtau broker status}. */
@Command(
    name = "status",
    mixinStandardHelpOptions = true,
    description = "Tells whether the broker runs, and where; exit code 3 when it does not.")
final class BrokerStatus implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--data",
      paramLabel = "DIR",
      description = "Ask for the broker on this data only.")
  private @Nullable Path data;

  @Mixin private final JsonOutput json = new JsonOutput();

  BrokerStatus(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    BrokerState state = BrokerState.of(new BrokerDaemon(console.home().path()).status());
    boolean another =
        state != null
            && data != null
            && !Path.of(state.data()).equals(data.toAbsolutePath().normalize());
    if (state == null || another) {
      json.print(console, BrokerState.NOT_RUNNING, "no broker is running");
      return ExitCode.UNAVAILABLE.number();
    }
    json.print(console, state, state.text());
    return ExitCode.OK.number();
  }
}
