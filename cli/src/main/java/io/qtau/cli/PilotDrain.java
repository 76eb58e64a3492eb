package io.qtau.cli;

import io.qtau.pilot.PilotService;
import io.qtau.pilot.UnknownPilot;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau pilot drain}. */
@Command(
    name = "drain",
    mixinStandardHelpOptions = true,
    description = {
      "Lets a pilot go when it has done what it runs: it takes nothing new.",
      "Agents that are away now drain when they are back."
    })
final class PilotDrain implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "The pilot.")
  private String name = "";

  @Option(names = "--wait", description = "Return only when it has ended.")
  private boolean wait;

  @Option(
      names = "--timeout",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      description = "With --wait: so long at most (default: no limit).")
  private @Nullable Duration timeout;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  PilotDrain(Console console) {
    this.console = console;
  }

  /**
   * What {@code --json} prints.
   *
   * @param running attempts that ran on it by the last heartbeats
   */
  record Drained(String name, String state, int running) {}

  @Override
  public Integer call() throws Exception {
    PilotName pilot = new PilotName(name);
    try (PilotService pilots = console.pilots(broker.target(console))) {
      PilotRecord told = pilots.drain(pilot);
      if (wait && told.standing() != PilotStanding.ENDED) {
        told = pilots.awaitEnd(pilot, timeout).orElseThrow(() -> late(pilot));
      }
      boolean ended = told.standing() == PilotStanding.ENDED;
      int running = ended ? 0 : running(pilots.agents(pilot));
      json.print(
          console,
          new Drained(pilot.value(), ended ? PilotView.DONE : told.standing().name(), running),
          ended
              ? "pilot " + pilot + " has ended"
              : "pilot "
                  + pilot
                  + " drains: it leaves when what it runs has ended, "
                  + running
                  + " tasks by the last heartbeats");
    } catch (UnknownPilot e) {
      throw PilotCommand.notFound(console, e);
    }
    return ExitCode.OK.number();
  }

  private CommandFailed late(PilotName pilot) {
    return new CommandFailed(
        ExitCode.UNAVAILABLE,
        "pilot "
            + pilot
            + " has not ended in "
            + Objects.requireNonNull(timeout).toSeconds()
            + " s; it goes on draining, and '"
            + console.command()
            + " pilot stop "
            + pilot
            + "' sends its tasks elsewhere");
  }

  private static int running(List<AgentState> agents) {
    return agents.stream().mapToInt(AgentState::runningCount).sum();
  }
}
