package io.qtau.cli;

import com.fasterxml.jackson.annotation.JsonProperty;
import io.qtau.client.DeadTask;
import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.protocol.Loss;
import java.time.Instant;
import java.util.List;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau dead}: the tasks that were lost with too many agents. */
@Command(
    name = "dead",
    mixinStandardHelpOptions = true,
    description = {
      "Tasks that were lost with three agents end DEAD and wait here until somebody decides.",
      "replay puts them into their lanes again; each then has a second result, of the next replay."
    })
final class DeadCommand implements Runnable {
  private final Console console;

  DeadCommand(Console console) {
    this.console = console;
  }

  /** What {@code --json} prints for each. */
  record Dead(
      String session,
      String id,
      int replay,
      String kind,
      int losses,
      @JsonProperty("lost_with") List<Loss> lostWith,
      @Nullable Instant since,
      @Nullable String task) {
    static Dead of(DeadTask dead, boolean whole) {
      return new Dead(
          dead.key().session().value(),
          dead.key().id().value(),
          dead.key().replay(),
          dead.kind(),
          dead.lostWith().losses().size(),
          dead.lostWith().losses(),
          dead.sinceMs() == 0 ? null : Instant.ofEpochMilli(dead.sinceMs()),
          whole ? dead.body() : null);
    }

    String text() {
      String agents =
          lostWith.stream()
              .map(loss -> loss.agent() + (loss.host() == null ? "" : " on " + loss.host()))
              .collect(Collectors.joining(", "));
      return session
          + "/"
          + id
          + "  "
          + kind
          + "  lost with "
          + agents
          + (task == null ? "" : "\n" + task);
    }
  }

  /** What {@code replay} and {@code drop} print. */
  record Moved(String deed, long tasks) {}

  @Override
  public void run() {
    throw new CommandFailed(ExitCode.BAD_INPUT, "which one: list, show, replay or drop?");
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists dead tasks.")
  int list(
      @Parameters(arity = "0..1", paramLabel = "SESSION", description = "Whose (default: all).")
          @Nullable String session,
      @Mixin BrokerOptions options,
      @Mixin JsonOutput output)
      throws Exception {
    for (DeadTask task : find(options, session == null ? null : TaskRef.parse(session))) {
      Dead dead = Dead.of(task, false);
      output.print(console, dead, dead.text());
    }
    return ExitCode.OK.number();
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows a dead task.")
  int show(
      @Parameters(paramLabel = "SESSION/ID", description = "Which one.") String task,
      @Mixin BrokerOptions options,
      @Mixin JsonOutput output)
      throws Exception {
    List<DeadTask> found = find(options, TaskRef.parse(task));
    if (found.isEmpty()) {
      throw none(task);
    }
    for (DeadTask one : found) {
      Dead dead = Dead.of(one, true);
      output.print(console, dead, dead.text());
    }
    return ExitCode.OK.number();
  }

  @Command(
      name = "replay",
      mixinStandardHelpOptions = true,
      description = "Puts dead tasks into their lanes again.")
  int replay(@Mixin Which which, @Mixin BrokerOptions options, @Mixin JsonOutput output)
      throws Exception {
    return move("replayed", which, options, output);
  }

  @Command(name = "drop", mixinStandardHelpOptions = true, description = "Throws them away.")
  int drop(@Mixin Which which, @Mixin BrokerOptions options, @Mixin JsonOutput output)
      throws Exception {
    return move("dropped", which, options, output);
  }

  /** Which dead tasks. */
  static final class Which {
    @Parameters(
        arity = "0..1",
        paramLabel = "SESSION[/ID]",
        description = "All of a session, or one.")
    private @Nullable String target;

    @Option(names = "--all", description = "All there are.")
    private boolean all;

    @Nullable TaskRef chosen() {
      String named = target;
      if (all == (named != null)) {
        throw new CommandFailed(
            ExitCode.BAD_INPUT, "name a session or a task as SESSION/ID, or say --all");
      }
      return named == null ? null : TaskRef.parse(named);
    }
  }

  private int move(String deed, Which which, BrokerOptions options, JsonOutput output)
      throws Exception {
    TaskRef chosen = which.chosen();
    String session = chosen == null ? null : chosen.session().value();
    String id = chosen == null ? null : chosen.idText();
    BrokerOptions.Target target = options.target(console);
    try (QTau qtau = QTau.connect(target.url(), target.credential())) {
      long count =
          deed.equals("replayed")
              ? qtau.deadLetters().replay(session, id)
              : qtau.deadLetters().drop(session, id);
      if (count == 0 && chosen != null) {
        throw none(which.target);
      }
      output.print(console, new Moved(deed, count), count + " dead tasks were " + deed);
      return ExitCode.OK.number();
    } catch (QTauException e) {
      throw new CommandFailed(ExitCode.of(e), Words.of(e), e);
    }
  }

  private List<DeadTask> find(BrokerOptions options, @Nullable TaskRef ref) throws Exception {
    BrokerOptions.Target target = options.target(console);
    try (QTau qtau = QTau.connect(target.url(), target.credential())) {
      return ref == null
          ? qtau.deadLetters().list(null, null)
          : qtau.deadLetters().list(ref.session().value(), ref.idText());
    } catch (QTauException e) {
      throw new CommandFailed(ExitCode.of(e), Words.of(e), e);
    }
  }

  private static CommandFailed none(@Nullable String what) {
    return new CommandFailed(ExitCode.NOT_FOUND, "no dead task of " + what);
  }
}
