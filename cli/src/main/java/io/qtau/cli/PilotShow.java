package io.qtau.cli;

import io.qtau.launcher.Allocation;
import io.qtau.protocol.AgentState;
import java.io.IOException;
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
    BrokerOptions.Target target = broker.target(console);
    Pilots pilots = Pilots.telling(console, target);
    Allocation pilot = pilots.find(console, name);
    List<AgentState> agents;
    try (Heartbeats heartbeats = Heartbeats.open(target)) {
      agents = heartbeats.all();
    }
    PilotState state = pilots.state(pilot, agents);
    json.print(console, state, text(state, pilot, agents));
    return ExitCode.OK.number();
  }

  private static String text(PilotState state, Allocation pilot, List<AgentState> heartbeats)
      throws IOException {
    String agents =
        state.agents().stream()
            .map(
                agent ->
                    "%n  %s on %s, process %d: cores %.0f, free %.0f, running %d"
                            .formatted(
                                agent.agent(),
                                agent.host(),
                                agent.pid(),
                                agent.cores(),
                                agent.free(),
                                agent.running())
                        + ledger(agent.agent(), heartbeats))
            .collect(Collectors.joining());
    return "%s%nends: %s%nfiles: %s%s%s"
        .formatted(
            state.text(),
            state.ends() == null ? "not known" : state.ends(),
            pilot.directory().place(),
            state.reason() == null ? "" : "%nreason: %s".formatted(state.reason()),
            agents);
  }

  private static String ledger(String agent, List<AgentState> heartbeats) {
    return heartbeats.stream()
        .filter(heartbeat -> heartbeat.agent().toString().equals(agent))
        .flatMap(heartbeat -> LedgerText.of(heartbeat).stream())
        .map(line -> System.lineSeparator() + "    " + line)
        .collect(Collectors.joining());
  }
}
