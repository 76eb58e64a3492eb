package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau cancel}: tasks that wait never start, tasks that run are ended. */
@Command(
    name = "cancel",
    mixinStandardHelpOptions = true,
    description = {
      "Cancels a whole session, some of its tasks, or those with a tag.",
      "What waits never starts, what runs is ended with all its processes; each gets one result",
      "CANCELED. What has finished keeps its result."
    })
final class CancelCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(
      arity = "1..*",
      paramLabel = "SESSION[/ID]",
      description = "A session, or tasks of one session.")
  private List<String> targets = List.of();

  @Option(
      names = "--tag",
      paramLabel = "K=V",
      description = "Only the session's tasks whose tag K says V.")
  private @Nullable String tag;

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  CancelCommand(Console console) {
    this.console = console;
  }

  /**
   * What {@code --json} prints.
   *
   * @param queued tasks that waited, and never start now
   * @param running tasks that ran just now, and are being ended
   * @param finished named tasks that were neither: over already, or never submitted; null when none
   *     was named
   */
  record Canceled(String session, long queued, long running, @Nullable Long finished) {}

  @Override
  public Integer call() throws Exception {
    List<TaskRef> refs = targets.stream().map(TaskRef::parse).toList();
    SessionName session = oneSession(refs);
    Set<TaskId> ids =
        refs.stream().map(TaskRef::id).filter(Objects::nonNull).collect(Collectors.toSet());
    requireOneWay(refs, ids);
    BrokerOptions.Target target = broker.target(console);
    try (QTau qtau = QTau.connect(target.url(), target.credential())) {
      long running = tag == null ? running(qtau.agents(), session, ids) : 0;
      long queued = cancel(qtau, session, ids);
      Long finished = ids.isEmpty() ? null : Math.max(0, ids.size() - queued - running);
      json.print(
          console,
          new Canceled(session.value(), queued, running, finished),
          text(session, queued, running, finished));
    } catch (QTauException e) {
      throw new CommandFailed(ExitCode.of(e), Words.of(e), e);
    }
    return ExitCode.OK.number();
  }

  private static SessionName oneSession(List<TaskRef> refs) {
    List<SessionName> sessions = refs.stream().map(TaskRef::session).distinct().toList();
    if (sessions.size() > 1) {
      throw new CommandFailed(ExitCode.BAD_INPUT, "name tasks of one session at a time");
    }
    return sessions.get(0);
  }

  private void requireOneWay(List<TaskRef> refs, Set<TaskId> ids) {
    boolean some = refs.stream().anyMatch(ref -> ref.id() == null);
    if ((some && refs.size() > 1) || (tag != null && !ids.isEmpty())) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT, "name a session, or SESSION --tag K=V, or tasks as SESSION/ID");
    }
    if (tag != null && tag.indexOf('=') < 1) {
      throw new CommandFailed(ExitCode.BAD_INPUT, "--tag: '" + tag + "' is not K=V");
    }
  }

  private long cancel(QTau qtau, SessionName session, Set<TaskId> ids)
      throws QTauException, InterruptedException {
    String wanted = tag;
    if (wanted != null) {
      int equals = wanted.indexOf('=');
      return qtau.cancelTagged(
          session.value(), wanted.substring(0, equals), wanted.substring(equals + 1));
    }
    return ids.isEmpty() ? qtau.cancel(session.value()) : qtau.cancel(session.value(), ids);
  }

  private static long running(List<AgentState> agents, SessionName session, Set<TaskId> ids) {
    return agents.stream()
        .flatMap(agent -> agent.running().stream())
        .filter(attempt -> attempt.session().equals(session))
        .map(AgentState.Attempt::id)
        .filter(id -> ids.isEmpty() || ids.contains(id))
        .count();
  }

  private static String text(
      SessionName session, long queued, long running, @Nullable Long finished) {
    return "session "
        + session
        + ": "
        + queued
        + " waited and will not start; what runs is being ended"
        + (running > 0 ? " (" + running + " by the last heartbeats)" : "")
        + (finished != null && finished > 0
            ? "; " + finished + " had finished already, or were never submitted"
            : "");
  }
}
