package io.qtau.cli;

import io.qtau.launcher.LaunchFailed;
import io.qtau.launcher.PilotPhase;
import io.qtau.pilot.Pilot;
import io.qtau.pilot.PilotService;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
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
    @Parameters(paramLabel = "NAME", arity = "1..*", description = "The pilots to stop.")
    private List<String> names = new ArrayList<>();

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
    try (PilotService pilots = console.pilots()) {
      if (which.all) {
        pilots.stopAll(this::tell);
      } else {
        stop(pilots);
      }
    } catch (LaunchFailed e) {
      for (Throwable other : e.getSuppressed()) {
        console.say(Words.of(other));
      }
      throw e;
    }
    return ExitCode.OK.number();
  }

  private void stop(PilotService pilots) throws Exception {
    Set<Pilot> over = new LinkedHashSet<>();
    for (String name : which.names) {
      over.add(PilotCommand.find(console, pilots, name));
    }
    pilots.stop(
        List.copyOf(over),
        pilot -> {
          over.remove(pilot);
          tell(pilot);
        });
    if (!over.isEmpty()) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          over.stream()
              .map(pilot -> "the pilot " + pilot + " has ended already; its files stay")
              .collect(Collectors.joining("; ")));
    }
  }

  private void tell(Pilot pilot) {
    json.print(
        console,
        new Stopped(pilot.name().value(), PilotPhase.DONE.name()),
        "pilot " + pilot + " has stopped");
  }
}
