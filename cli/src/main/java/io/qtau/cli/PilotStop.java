package io.qtau.cli;

import io.qtau.launcher.Allocation;
import io.qtau.protocol.PilotName;
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
    Pilots pilots = new Pilots(console.home());
    for (Allocation pilot : chosen(List.copyOf(pilots.known().keySet()))) {
      pilots.launcher(pilot.directory().resource()).release(pilot);
      json.print(
          console,
          new Stopped(pilot.name().value(), PilotState.DONE),
          "pilot " + pilot.name() + " has stopped");
    }
    return ExitCode.OK.number();
  }

  private List<Allocation> chosen(List<Allocation> known) {
    String name = which.name;
    if (which.all || name == null) {
      return known;
    }
    PilotName pilot = new PilotName(name);
    List<Allocation> found = known.stream().filter(p -> p.name().equals(pilot)).toList();
    if (found.isEmpty()) {
      throw new CommandFailed(
          ExitCode.NOT_FOUND,
          "there is no pilot " + pilot + "; '" + console.command() + " pilot list' lists them");
    }
    return found;
  }
}
