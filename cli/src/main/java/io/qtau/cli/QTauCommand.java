package io.qtau.cli;

import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Spec;

/** {@code qtau} itself: only its subcommands do something. */
@Command(
    name = "qtau",
    description = "Runs many tasks on few pilots, through a durable broker.",
    mixinStandardHelpOptions = true,
    versionProvider = QTauCommand.Version.class,
    synopsisSubcommandLabel = "COMMAND",
    exitCodeListHeading = "%nExit codes:%n",
    exitCodeList = {
      "0:done",
      "1:done, and some task is not SUCCESS (run, await)",
      "2:bad input",
      "3:no broker, bad credential, a pilot that failed, or --timeout",
      "4:no such session, task or pilot",
      "5:port, data, name, reader or directory in use",
      "130:interrupted"
    },
    footer = {
      "",
      "QTAU_HOME is where brokers and pilots keep their files (default ~/.qtau).",
      "QTAU_BROKER and QTAU_CREDENTIAL stand for --broker and --credential.",
      "QTAU_DEBUG=1 shows where an error came from."
    })
final class QTauCommand implements Runnable {
  @Spec private @Nullable CommandSpec spec;

  @Override
  public void run() {
    if (spec != null) {
      throw new ParameterException(spec.commandLine(), "which command?");
    }
  }

  /** The version that the build has written down. */
  static final class Version implements IVersionProvider {
    @Override
    public String[] getVersion() {
      return new String[] {"qtau " + text()};
    }

    static String text() {
      String version = Version.class.getPackage().getImplementationVersion();
      return version == null ? "0.1.0-SNAPSHOT" : version;
    }
  }
}
