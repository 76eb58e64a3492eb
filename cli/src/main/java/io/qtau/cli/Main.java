package io.qtau.cli;

import io.qtau.broker.BrokerLogging;
import io.qtau.messaging.EventLoops;
import java.io.PrintStream;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.function.Supplier;
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
    int code = execute(console, args);
    console.out().flush();
    console.interruption().finished(code);
    EventLoops.end();
    System.exit(code);
  }

  /**
   * Only the command that is called is put together, when its name comes first: the others would
   * take a fifth of a second to be looked at.
   */
  static int execute(Console console, String... args) {
    return commandLine(console, only(commands(console, args), args, 0)).execute(args);
  }

  /** The one whose name is at that place; all, when there is none such. */
  private static Map<String, Supplier<Object>> only(
      Map<String, Supplier<Object>> all, String[] args, int place) {
    Supplier<Object> called = place < args.length ? all.get(args[place]) : null;
    return called == null ? all : Map.of(args[place], called);
  }

  /** All commands. */
  static CommandLine commandLine(Console console) {
    return commandLine(console, commands(console));
  }

  private static Map<String, Supplier<Object>> commands(Console console, String... args) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("run", () -> new RunCommand(console));
    all.put("broker", () -> group(new BrokerCommand(), broker(console), args));
    all.put("submit", () -> new SubmitCommand(console));
    all.put("await", () -> new AwaitCommand(console));
    all.put("cancel", () -> new CancelCommand(console));
    all.put("explain", () -> new ExplainCommand(console));
    all.put("task", () -> new TaskCommand(console));
    all.put("lanes", () -> new LanesCommand(console));
    all.put("dead", () -> new DeadCommand(console));
    all.put("pilot", () -> group(new PilotCommand(), pilot(console), args));
    all.put("collect", () -> new CollectCommand(console));
    all.put("bench", () -> new BenchCommand(console));
    all.put("warm-up", () -> new WarmUp(console));
    return all;
  }

  private static Map<String, Supplier<Object>> broker(Console console) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("start", () -> new BrokerStart(console));
    all.put("stop", () -> new BrokerStop(console));
    all.put("status", () -> new BrokerStatus(console));
    return all;
  }

  private static Map<String, Supplier<Object>> pilot(Console console) {
    Map<String, Supplier<Object>> all = new LinkedHashMap<>();
    all.put("start", () -> new PilotStart(console));
    all.put("list", () -> new PilotList(console));
    all.put("drain", () -> new PilotDrain(console));
    all.put("show", () -> new PilotShow(console));
    all.put("log", () -> new PilotLog(console));
    all.put("stop", () -> new PilotStop(console));
    return all;
  }

  private static CommandLine group(
      Object command, Map<String, Supplier<Object>> all, String... args) {
    return with(new CommandLine(command), only(all, args, 1));
  }

  private static CommandLine with(CommandLine command, Map<String, Supplier<Object>> below) {
    below.forEach((name, each) -> command.addSubcommand(name, each.get()));
    return command;
  }

  private static CommandLine commandLine(Console console, Map<String, Supplier<Object>> commands) {
    return with(new CommandLine(new QTauCommand()), commands)
        .setOut(writer(console.out()))
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
