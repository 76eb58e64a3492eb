package io.qtau.cli;

import io.qtau.broker.BrokerLogging;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.ParameterException;

/**
 * Where {@code qtau} begins: puts the commands together and turns exceptions into one line each.
 */
public final class Main {
  /** Artemis' client logs each failure with its stack; the commands say it in a line. */
  private static final String CLIENT_LOG =
      "org.slf4j.simpleLogger.log.org.apache.activemq.artemis.core.client";

  private Main() {}

  public static void main(String[] args) {
    System.setProperty(CLIENT_LOG, System.getProperty(CLIENT_LOG, "off"));
    BrokerLogging.quiet();
    Console console = Console.ofProcess();
    int code = commandLine(console).execute(args);
    console.out().flush();
    console.interruption().finished(code);
    System.exit(code);
  }

  static CommandLine commandLine(Console console) {
    CommandLine qtau =
        new CommandLine(new QTauCommand())
            .addSubcommand(new RunCommand(console))
            .addSubcommand(
                new CommandLine(new BrokerCommand())
                    .addSubcommand(new BrokerStart(console))
                    .addSubcommand(new BrokerStop(console))
                    .addSubcommand(new BrokerStatus(console)))
            .addSubcommand(new SubmitCommand(console))
            .addSubcommand(new AwaitCommand(console))
            .addSubcommand(new CancelCommand(console))
            .addSubcommand(new ExplainCommand(console))
            .addSubcommand(new TaskCommand(console))
            .addSubcommand(new LanesCommand(console))
            .addSubcommand(new DeadCommand(console))
            .addSubcommand(
                new CommandLine(new PilotCommand())
                    .addSubcommand(new PilotStart(console))
                    .addSubcommand(new PilotList(console))
                    .addSubcommand(new PilotDrain(console))
                    .addSubcommand(new PilotShow(console))
                    .addSubcommand(new PilotLog(console))
                    .addSubcommand(new PilotStop(console)))
            .addSubcommand(new CollectCommand(console))
            .addSubcommand(new BenchCommand(console))
            .addSubcommand(new WarmUp(console));
    return qtau.setOut(writer(console.out()))
        .setErr(writer(console.err()))
        .setParameterExceptionHandler((e, args) -> refuse(console, e))
        .setExecutionExceptionHandler((e, command, parsed) -> fail(console, e));
  }

  private static PrintWriter writer(PrintStream stream) {
    return new PrintWriter(stream, true, StandardCharsets.UTF_8);
  }

  private static int refuse(Console console, ParameterException e) {
    String command = e.getCommandLine().getCommandSpec().qualifiedName();
    console.say(oneLine(e.getMessage()) + "; '" + command + " --help' tells more");
    return ExitCode.BAD_INPUT.number();
  }

  private static int fail(Console console, Exception e) {
    Throwable failure = unwrap(e);
    if (console.debug()) {
      failure.printStackTrace(console.err());
    }
    console.say(Words.of(failure));
    return ExitCode.of(failure).number();
  }

  static Throwable unwrap(Throwable e) {
    boolean wrapper = e instanceof ExecutionException || e instanceof CompletionException;
    Throwable cause = e.getCause();
    return wrapper && cause != null ? unwrap(cause) : e;
  }

  private static String oneLine(@Nullable String message) {
    return message == null ? "wrong arguments" : message.replaceAll("\\s*\\R\\s*", " ");
  }
}
