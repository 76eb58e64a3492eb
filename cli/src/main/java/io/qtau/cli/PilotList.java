package io.qtau.cli;

import io.qtau.pilot.PilotService;
import io.qtau.pilot.PilotState;
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
    try (PilotService pilots = console.pilots(broker.target(console))) {
      list = pilots.list();
    }
    for (PilotState pilot : list) {
      PilotView view = PilotView.of(pilot);
      json.print(console, view, view.text());
    }
    if (list.isEmpty()) {
      console.say("no pilots");
    }
    return ExitCode.OK.number();
  }
}
