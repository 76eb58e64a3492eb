package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import java.time.Duration;
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
    BrokerOptions.Target target = broker.target(console);
    try (QTau qtau = QTau.connect(target.url(), target.credential());
        Heartbeats heartbeats = Heartbeats.open(target)) {
      requireKnown(pilot, qtau, heartbeats);
      PilotRecord told = qtau.pilots().drain(pilot);
      if (wait && told.standing() != PilotStanding.ENDED) {
        told = await(pilot, qtau);
      }
      int running = told.standing() == PilotStanding.ENDED ? 0 : running(pilot, heartbeats);
      String state =
          told.standing() == PilotStanding.ENDED ? PilotState.DONE : told.standing().name();
      json.print(
          console,
          new Drained(pilot.value(), state, running),
          told.standing() == PilotStanding.ENDED
              ? "pilot " + pilot + " has ended"
              : "pilot "
                  + pilot
                  + " drains: it leaves when what it runs has ended, "
                  + running
                  + " tasks by the last heartbeats");
    } catch (QTauException e) {
      throw new CommandFailed(ExitCode.of(e), Words.of(e), e);
    }
    return ExitCode.OK.number();
  }

  private void requireKnown(PilotName pilot, QTau qtau, Heartbeats heartbeats)
      throws QTauException, InterruptedException {
    boolean lives = heartbeats.all().stream().anyMatch(agent -> isOf(pilot, agent));
    if (!lives && qtau.pilots().list().stream().noneMatch(line -> line.pilot().equals(pilot))) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "the broker knows no pilot "
              + pilot
              + "; '"
              + console.command()
              + " pilot list' lists them");
    }
  }

  private PilotRecord await(PilotName pilot, QTau qtau) throws QTauException, InterruptedException {
    return qtau.pilots()
        .awaitEnd(pilot, timeout)
        .orElseThrow(
            () ->
                new CommandFailed(
                    ExitCode.UNAVAILABLE,
                    "pilot "
                        + pilot
                        + " has not ended in "
                        + Objects.requireNonNull(timeout).toSeconds()
                        + " s; it goes on draining, and '"
                        + console.command()
                        + " pilot stop "
                        + pilot
                        + "' sends its tasks elsewhere"));
  }

  private static int running(PilotName pilot, Heartbeats heartbeats) {
    return heartbeats.all().stream()
        .filter(agent -> isOf(pilot, agent))
        .mapToInt(AgentState::runningCount)
        .sum();
  }

  private static boolean isOf(PilotName pilot, AgentState agent) {
    return agent.agent().pilot().equals(pilot) && !agent.state().equals(PilotState.DONE);
  }
}
