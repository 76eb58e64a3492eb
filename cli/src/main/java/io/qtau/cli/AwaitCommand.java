package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.client.SessionState;
import io.qtau.protocol.SessionName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau await}: the results of a session that somebody else submitted. */
@Command(
    name = "await",
    mixinStandardHelpOptions = true,
    description = {
      "Takes the results of a session until all are there, into files as run writes them.",
      "What the files hold already stays. A finished session is answered at once, with the exit"
          + " code that its results had."
    })
final class AwaitCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "SESSION", description = "Its name, as submit has printed it.")
  private String session = "";

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go (default: ${DEFAULT-VALUE}); it is appended to.")
  private Path out = Path.of("qtau-out");

  @Option(
      names = "--timeout",
      paramLabel = "S",
      converter = Seconds.class,
      description = "Give up after so many seconds.")
  private @Nullable Duration timeout;

  @Option(
      names = "--count",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "End with so many results, for sessions whose client keeps no count.")
  private @Nullable Integer count;

  @Option(
      names = "--steal",
      description = "Take the results over from another reader, which then ends with exit code 5.")
  private boolean steal;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  AwaitCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    console.interruption().arm();
    SessionName name = new SessionName(session);
    OutDirectory directory = new OutDirectory(out);
    directory.requireWritable();
    BrokerOptions.Target target = broker.target(console);
    try (QTau qtau = QTau.connect(target.url(), target.credential());
        Session reader = steal ? qtau.steal(name.value()) : qtau.attach(name.value())) {
      SessionState state = reader.state();
      if (state.fedByForeign() && count == null) {
        throw new CommandFailed(
            ExitCode.BAD_INPUT,
            "session "
                + name
                + " was fed by a client that keeps no count; --count N says when it is done");
      }
      AwaitResults await = new AwaitResults(console, target, directory, timeout, count, state);
      if (await.isDone()) {
        return tellOfFinished(await, state);
      }
      return await.run(reader).tell(console, json, goOn(name)).number();
    }
  }

  private int tellOfFinished(AwaitResults await, SessionState state) {
    json.print(
        console,
        await.finished(),
        "session "
            + session
            + " is finished: "
            + state.taken()
            + " results were taken, "
            + state.notSuccessful()
            + " of them not SUCCESS");
    return (state.notSuccessful() == 0 ? ExitCode.OK : ExitCode.NOT_ALL_SUCCESSFUL).number();
  }

  private List<String> goOn(SessionName name) {
    return List.of(console.command() + " await " + name + " --out " + ShellWord.of(out));
  }
}
