package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.client.Session;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau submit}: tasks onto the broker's disk, and nothing more. */
@Command(
    name = "submit",
    mixinStandardHelpOptions = true,
    description = {
      "Submits the tasks of all files into one session.",
      "Returns when the broker has every one on its disk; prints the session's name."
    })
final class SubmitCommand implements Callable<Integer> {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Tasks: one JSON object a line, or one JSON array; - is standard input.")
  private List<String> files = List.of();

  @Option(
      names = "--session",
      paramLabel = "NAME",
      description = "The session, there already or new (default: a new one with a random name).")
  private @Nullable String session;

  @Option(
      names = "--wait-for-room",
      description = "Wait while the broker's disk or a lane is full; else that ends with code 3.")
  private boolean waitForRoom;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  SubmitCommand(Console console) {
    this.console = console;
  }

  /** What {@code --json} prints. */
  record Submitted(String session, long accepted, String broker) {}

  @Override
  public Integer call() throws Exception {
    String name = session == null ? RandomName.session().value() : new SessionName(session).value();
    List<TaskDescription> tasks = TaskInput.read(console, files).tasks();
    BrokerOptions.Target target = broker.target(console);
    try (QTau qtau = QTau.connect(target.url(), target.credential());
        Session writer = patient(qtau).session(name)) {
      long accepted = writer.submit(tasks.iterator(), sofar -> {}).accepted();
      writer.seal();
      json.print(console, new Submitted(name, accepted, target.url().toString()), name);
      console.say(accepted + " tasks are on the broker's disk, in session " + name);
      Misfits.warnings(target, tasks).forEach(console::say);
    } catch (QTauException e) {
      throw new CommandFailed(
          ExitCode.of(e),
          Words.of(e) + "; session " + name + " has " + e.accepted() + " tasks of these files",
          e);
    }
    return ExitCode.OK.number();
  }

  private QTau patient(QTau qtau) {
    return waitForRoom ? qtau.waitingForRoom() : qtau.withPatience(PATIENCE);
  }
}
