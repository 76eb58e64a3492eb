package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.collector.Collector;
import io.qtau.collector.ResultFiles;
import io.qtau.collector.StageRow;
import io.qtau.collector.Summary;
import io.qtau.messaging.Jms;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qtau collect}: every session's results, until it is stopped. */
@Command(
    name = "collect",
    mixinStandardHelpOptions = true,
    description = {
      "Writes a copy of every session's results into files, until INT or TERM (exit code 0).",
      "The sessions' own readers get theirs too. What the files hold already stays."
    })
final class CollectCommand implements Callable<Integer> {
  private final Console console;

  @Option(names = "--out", required = true, paramLabel = "DIR", description = "Where they go.")
  private @Nullable Path out;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  CollectCommand(Console console) {
    this.console = console;
  }

  /** What {@code --json} prints at the end: all that is in the directory. */
  record Collected(
      String out, long recorded, Map<String, Long> counts, long late, List<StageRow> latency) {
    static Collected of(Path out, Summary summary) {
      return new Collected(
          out.toString(),
          summary.recorded(),
          Tally.counts(summary),
          summary.late(),
          summary.latency());
    }

    String text() {
      return recorded + " results in " + out + ": " + SummaryText.counts(counts);
    }
  }

  @Override
  public Integer call() throws Exception {
    Path path = out == null ? Path.of("qtau-out") : out;
    console.interruption().arm();
    OutDirectory directory = new OutDirectory(path);
    directory.requireWritable();
    BrokerOptions.Target target = broker.target(console);
    QTau.connect(target.url(), target.credential()).close();
    Collected all;
    try (ResultFiles files = directory.append()) {
      new Collector(Jms.factory(target.url(), target.credential()), files)
          .run(
              () -> console.say("collecting into " + path + " until INT or TERM"),
              console.interruption()::requested,
              summary -> console.say(Collected.of(path, summary).text()));
      all = Collected.of(path, files.summary());
    }
    json.print(console, all, all.text());
    return ExitCode.OK.number();
  }
}
