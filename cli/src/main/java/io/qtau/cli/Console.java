package io.qtau.cli;

import io.qtau.pilot.PilotService;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * What a command has around it.
 *
 * @param environment the variables it was started with
 * @param terminal whether {@code err} is one, so that a line may be redrawn
 * @param interruption hears of INT and TERM
 */
record Console(
    Map<String, String> environment,
    InputStream in,
    PrintStream out,
    PrintStream err,
    boolean terminal,
    Interruption interruption) {

  static Console ofProcess() {
    return new Console(
        System.getenv(),
        System.in,
        utf8(FileDescriptor.out),
        utf8(FileDescriptor.err),
        stderrIsTerminal(),
        new Interruption());
  }

  /** Whatever the locale is: a name or an output may hold any character. */
  private static PrintStream utf8(FileDescriptor descriptor) {
    return new PrintStream(new FileOutputStream(descriptor), true, StandardCharsets.UTF_8);
  }

  private static boolean stderrIsTerminal() {
    try {
      String target = Files.readSymbolicLink(Path.of("/proc/self/fd/2")).toString();
      return target.startsWith("/dev/pts/") || target.startsWith("/dev/tty");
    } catch (IOException | RuntimeException unknown) {
      return false;
    }
  }

  Home home() {
    return Home.of(environment, Path.of(System.getProperty("user.home", ".")));
  }

  /** The pilots of this home, for commands that need no broker. */
  PilotService pilots() {
    return PilotService.open(new io.qtau.client.Home(home().path(), environment))
        .withNotices(this::say);
  }

  /** The pilots of this home, and those of a broker. */
  PilotService pilots(BrokerOptions.Target target) {
    return PilotService.open(home().path(), target.url(), target.credential())
        .withNotices(this::say);
  }

  /** Whether stack traces are wanted. */
  boolean debug() {
    return "1".equals(environment.get("QTAU_DEBUG"));
  }

  /** A line for a person, beside the output proper. */
  void say(String line) {
    err.println("qtau: " + line);
  }

  /** How the command was called, for lines that tell how to go on. */
  String command() {
    return System.getProperty("qtau.command", "qtau");
  }
}
