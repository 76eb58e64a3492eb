package io.qtau.cli;

import io.qtau.launcher.Allocation;
import io.qtau.launcher.Launchers;
import io.qtau.launcher.PilotDirectory;
import io.qtau.launcher.PilotPhase;
import io.qtau.protocol.PilotLogin;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau pilot stop}. */
@Command(
    name = "stop",
    mixinStandardHelpOptions = true,
    description = "Stops pilots; their running tasks go back to the broker. Their files stay.")
final class PilotStop implements Callable<Integer> {
  private final Console console;

  /** One of the two. */
  static final class Which {
    @Parameters(paramLabel = "NAME", description = "The pilot to stop.")
    private @Nullable String name;

    @Option(names = "--all", description = "Stop all of them.")
    private boolean all;
  }

  @ArgGroup(multiplicity = "1")
  private Which which = new Which();

  @Mixin private final JsonOutput json = new JsonOutput();

  PilotStop(Console console) {
    this.console = console;
  }

  /** What {@code --json} prints for each. */
  record Stopped(String name, String state) {}

  @Override
  public Integer call() throws Exception {
    Pilots pilots = new Pilots(console.home(), new Launchers(console.home().pilots()));
    for (Allocation pilot : chosen(pilots)) {
      // Before: when it has ended, another one of its name may start.
      List<PilotLogin> logins = PilotCredentials.logins(pilot);
      PilotWords.stop(
          console, broker(pilot), pilot.name(), logins, () -> pilots.launcher().release(pilot));
      PilotCredentials.dismiss(console, pilot, logins);
      json.print(
          console,
          new Stopped(pilot.name().value(), PilotPhase.DONE.name()),
          "pilot " + pilot.name() + " has stopped");
    }
    return ExitCode.OK.number();
  }

  /** The broker that the pilot was started with; null = none answers to that name any more. */
  private BrokerOptions.@Nullable Target broker(Allocation pilot) throws IOException {
    try {
      return new BrokerOptions.Target(
          PilotCredentials.url(pilot.directory()),
          BrokerOptions.ownCredential(console),
          console.home().credential());
    } catch (IOException | IllegalArgumentException e) {
      console.say("pilot " + pilot.name() + " stops without its broker: " + Words.of(e));
      return null;
    }
  }

  private List<Allocation> chosen(Pilots pilots) throws Exception {
    String name = which.name;
    List<Allocation> known = pilots.known();
    if (which.all || name == null) {
      for (Allocation pilot : PilotDirectory.all(console.home().pilots())) {
        if (!known.contains(pilot) && !pilot.directory().isBeingStarted()) {
          PilotCredentials.dismiss(console, pilot, PilotCredentials.logins(pilot));
        }
      }
      return known;
    }
    Allocation named = pilots.find(console, name);
    if (!known.contains(named)) {
      // An end that nobody waited for leaves a credential or a tunnel behind.
      List<PilotLogin> logins = PilotCredentials.logins(named);
      pilots.launcher().release(named);
      PilotCredentials.dismiss(console, named, logins);
      throw new CommandFailed(
          ExitCode.NOT_FOUND, "the pilot " + name + " has ended already; its files stay");
    }
    return List.of(named);
  }
}
