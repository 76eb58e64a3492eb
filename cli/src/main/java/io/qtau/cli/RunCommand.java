package io.qtau.cli;

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

/** {@code qtau run}: all of it, from files of tasks to files of results. */
@Command(
    name = "run",
    mixinStandardHelpOptions = true,
    description = {
      "Runs the tasks of all files as one session and writes what became of them.",
      "Brings a broker and a pilot of its own and stops them at the end, unless --broker or"
          + " QTAU_BROKER names a broker: then neither."
    })
final class RunCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "FILE",
      description = "Tasks: one JSON object a line, or one JSON array; - is standard input.")
  private List<String> files = List.of();

  @Option(
      names = "--out",
      paramLabel = "DIR",
      description = "Where the results go (default: ${DEFAULT-VALUE}); a finished run is replaced.")
  private Path out = Path.of("qtau-out");

  @Option(
      names = "--cores",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "Cores of its own pilot (default: all).")
  private @Nullable Integer cores;

  @Option(
      names = "--timeout",
      paramLabel = "S",
      converter = Seconds.class,
      description = "Give up after so many seconds; the data is kept.")
  private @Nullable Duration timeout;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  RunCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    console.interruption().arm();
    OutDirectory directory = new OutDirectory(out);
    directory.requireWritable();
    directory.requireReplaceable();
    SessionName session = RandomName.session();
    RunSite site = site(session);
    boolean keep = false;
    try {
      TaskInput input = TaskInput.read(console, files);
      input.check(site::objection);
      site.open();
      site.warnings(input.tasks()).forEach(console::say);
      SessionEnd end = new RunTasks(console, site, session, directory, timeout).run(input.tasks());
      keep = end.reason() != null && end.run().accepted() > 0;
      return end.tell(console, json, keep ? site.goOn(out.toAbsolutePath()) : List.of()).number();
    } finally {
      site.close(keep);
    }
  }

  private RunSite site(SessionName session) throws Exception {
    if (!broker.isNamed(console)) {
      return new OwnSite(console, session, cores);
    }
    if (cores != null) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT,
          "--cores is for run's own pilot; with --broker or QTAU_BROKER it has none");
    }
    return new NamedSite(console, session, broker.target(console));
  }
}
