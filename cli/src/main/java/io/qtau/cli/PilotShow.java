package io.qtau.cli;

import io.qtau.pilot.Pilot;
import io.qtau.pilot.PilotService;
import io.qtau.pilot.PilotState;
import io.qtau.protocol.AgentState;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code qtau pilot show}. */
@Command(
    name = "show",
    mixinStandardHelpOptions = true,
    description = "Shows one pilot, whatever has become of it, and its agents.")
final class PilotShow implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  PilotShow(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (PilotService pilots = console.pilots(broker.target(console))) {
      Pilot pilot = PilotCommand.find(console, pilots, name);
      PilotState state = pilot.state();
      PilotView view = PilotView.of(state);
      json.print(console, view, text(view, pilot.place(), state.agents()));
    }
    return ExitCode.OK.number();
  }

  private static String text(PilotView view, String place, List<AgentState> heartbeats) {
    String agents =
        heartbeats.stream()
            .map(heartbeat -> agent(PilotView.Agent.of(heartbeat)) + ledger(heartbeat))
            .collect(Collectors.joining());
    return "%s%nends: %s%nfiles: %s%s%s"
        .formatted(
            view.text(),
            view.ends() == null ? "not known" : view.ends(),
            place,
            view.reason() == null ? "" : "%nreason: %s".formatted(view.reason()),
            agents);
  }

  private static String agent(PilotView.Agent agent) {
    return "%n  %s on %s, process %d: cores %.0f, free %.0f, running %d"
        .formatted(
            agent.agent(), agent.host(), agent.pid(), agent.cores(), agent.free(), agent.running());
  }

  private static String ledger(AgentState heartbeat) {
    return LedgerText.of(heartbeat).stream()
        .map(line -> System.lineSeparator() + "    " + line)
        .collect(Collectors.joining());
  }
}
