package io.qtau.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code qtau pilot list}. */
@Command(
    name = "list",
    mixinStandardHelpOptions = true,
    description = "Lists the pilots that live, and those that failed.")
final class PilotList implements Callable<Integer> {
  private final Console console;
  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  PilotList(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    List<PilotState> list;
    BrokerOptions.Target target = broker.target(console);
    try (Heartbeats heartbeats = Heartbeats.open(target)) {
      list = Pilots.telling(console, target).list(heartbeats.all());
    }
    for (PilotState pilot : list) {
      json.print(console, pilot, pilot.text());
    }
    if (list.isEmpty()) {
      console.say("no pilots");
    }
    return ExitCode.OK.number();
  }
}
