package io.qtau.cli;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.QueueState;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code qtau lanes}: what waits where, since when, and who could take it. */
@Command(
    name = "lanes",
    mixinStandardHelpOptions = true,
    description = "Tells of each lane how many tasks it has, since when, and how many agents look.")
final class LanesCommand implements Callable<Integer> {
  private final Console console;

  @Option(
      names = "--all",
      description = "Also the queues of results, of claims and of what could not run.")
  private boolean all;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  LanesCommand(Console console) {
    this.console = console;
  }

  /** What {@code --json} prints of each. */
  record Lane(
      String queue, long waiting, int held, int resting, int consumers, @Nullable Instant oldest) {
    static Lane of(QueueState state) {
      return new Lane(
          state.queue(),
          state.waiting(),
          state.held(),
          state.resting(),
          state.consumers(),
          state.waiting() == 0 ? null : PilotView.instant(state.oldest()));
    }

    String text(Instant now) {
      return row(
          queue,
          Long.toString(waiting),
          Integer.toString(held),
          Integer.toString(resting),
          Integer.toString(consumers),
          oldest == null ? "-" : Ages.text(Duration.between(oldest, now)));
    }
  }

  private static String row(Object... columns) {
    return String.format(Locale.ROOT, "%-36s %9s %8s %8s %7s  %s", columns);
  }

  @Override
  public Integer call() throws Exception {
    List<Lane> lanes =
        Surveys.of(console, broker, null).queues().stream()
            .filter(queue -> all || Addresses.isTask(queue.queue()))
            .map(Lane::of)
            .toList();
    if (!json.wanted()) {
      console
          .out()
          .println(row(all ? "QUEUE" : "LANE", "WAITING", "TAKEN", "RESTING", "AGENTS", "OLDEST"));
    }
    Instant now = Instant.now();
    lanes.forEach(lane -> json.print(console, lane, lane.text(now)));
    return ExitCode.OK.number();
  }
}
