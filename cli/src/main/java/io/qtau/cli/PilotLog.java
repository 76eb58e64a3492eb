package io.qtau.cli;

import io.qtau.launcher.Said;
import io.qtau.pilot.PilotService;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau pilot log}. */
@Command(
    name = "log",
    mixinStandardHelpOptions = true,
    description = "Prints what a pilot's agents, and its batch script, have said.")
final class PilotLog implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "NAME", description = "Its name.")
  private String name = "";

  @Option(names = "--agent", paramLabel = "N", description = "Of this agent only.")
  private @Nullable Integer number;

  @Mixin private final JsonOutput json = new JsonOutput();

  /**
   * What {@code --json} prints for each file that is not empty.
   *
   * @param agent whose it is; null = of the allocation as a whole
   */
  record Line(@Nullable String agent, String file, String text) {}

  PilotLog(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    try (PilotService pilots = console.pilots()) {
      for (Said said : PilotCommand.find(console, pilots, name).said()) {
        if (number == null || number.equals(said.agent())) {
          String agent = said.agent() == null ? null : name + "." + said.agent();
          json.print(
              console,
              new Line(agent, said.file(), said.text()),
              "==> " + said.file() + " <==\n" + said.text().stripTrailing());
        }
      }
    }
    return ExitCode.OK.number();
  }
}
