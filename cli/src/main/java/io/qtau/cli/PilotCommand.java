package io.qtau.cli;

import io.qtau.pilot.Pilot;
import io.qtau.pilot.PilotService;
import io.qtau.pilot.UnknownPilot;
import io.qtau.protocol.PilotName;
import java.io.IOException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code qtau pilot}: only its subcommands do something. */
@Command(
    name = "pilot",
    mixinStandardHelpOptions = true,
    synopsisSubcommandLabel = "COMMAND",
    description = "Pilots: agents on a resource, under one name.")
final class PilotCommand implements Runnable {
  /**
   * A pilot of this home.
   *
   * @throws CommandFailed when there is none of that name
   */
  static Pilot find(Console console, PilotService pilots, String name) throws IOException {
    try {
      return pilots.find(new PilotName(name));
    } catch (UnknownPilot e) {
      throw notFound(console, e);
    }
  }

  static CommandFailed notFound(Console console, UnknownPilot e) {
    return new CommandFailed(
        ExitCode.of(e), Words.of(e) + "; '" + console.command() + " pilot list' lists them", e);
  }

  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(
          spec.commandLine(), "which one: start, list, show, log, drain or stop?");
    }
  }
}
