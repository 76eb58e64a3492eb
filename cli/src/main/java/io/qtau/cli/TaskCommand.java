package io.qtau.cli;

import io.qtau.client.Survey;
import io.qtau.protocol.TaskResult;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code qtau task}: where tasks are. */
@Command(
    name = "task",
    mixinStandardHelpOptions = true,
    description = {
      "Tells where the tasks of a session are: waiting, resting, running, or finished with a",
      "result that nobody has read. What has been read is in the files of --out: there is no",
      "other record of it."
    })
final class TaskCommand implements Runnable {
  private final Console console;

  TaskCommand(Console console) {
    this.console = console;
  }

  @Override
  public void run() {
    throw new CommandFailed(ExitCode.BAD_INPUT, "which one: list or show?");
  }

  /** The files that hold what has been read. */
  static final class Files {
    @Option(
        names = "--out",
        paramLabel = "DIR",
        description = "Look into these files of results, too.")
    private @Nullable Path out;
  }

  @Command(name = "list", mixinStandardHelpOptions = true, description = "Lists a session's tasks.")
  int list(
      @Parameters(paramLabel = "SESSION", description = "Which session.") String session,
      @Option(
              names = "--state",
              paramLabel = "STATE",
              description = "Only those: ${COMPLETION-CANDIDATES}.")
          TaskView.@Nullable State state,
      @Option(
              names = "--limit",
              paramLabel = "N",
              defaultValue = "1000",
              converter = PositiveInt.class,
              description = "At most so many (default: ${DEFAULT-VALUE}).")
          int limit,
      @Mixin Files files,
      @Mixin BrokerOptions options,
      @Mixin JsonOutput output)
      throws Exception {
    Map<String, TaskView> views = find(options, TaskRef.parse(session), files);
    List<TaskView> wanted =
        views.values().stream().filter(view -> state == null || view.state() == state).toList();
    wanted.stream().limit(limit).forEach(view -> output.print(console, view, view.text()));
    if (wanted.size() > limit) {
      console.say((wanted.size() - limit) + " more; --limit shows more");
    }
    if (wanted.isEmpty()) {
      console.say(
          "session " + session + " has no such task that waits, runs or has an unread result");
    }
    return ExitCode.OK.number();
  }

  @Command(name = "show", mixinStandardHelpOptions = true, description = "Shows one task.")
  int show(
      @Parameters(paramLabel = "SESSION/ID", description = "Which one.") String task,
      @Mixin Files files,
      @Mixin BrokerOptions options,
      @Mixin JsonOutput output)
      throws Exception {
    TaskRef ref = TaskRef.parse(task);
    if (ref.id() == null) {
      throw new CommandFailed(ExitCode.BAD_INPUT, "name a task as SESSION/ID");
    }
    TaskView view = find(options, ref, files).get(ref.idText());
    if (view == null) {
      throw notFound(ref);
    }
    output.print(console, view, view.text());
    return ExitCode.OK.number();
  }

  static CommandFailed notFound(TaskRef ref) {
    return new CommandFailed(
        ExitCode.NOT_FOUND,
        "session "
            + ref.session()
            + " has no task "
            + ref.id()
            + " that waits, runs or has an unread result: its result has been read (task show --out"
            + " DIR looks into the files), or it was never submitted");
  }

  private Map<String, TaskView> find(BrokerOptions options, TaskRef ref, Files files)
      throws Exception {
    Map<String, TaskView> views = new LinkedHashMap<>();
    for (TaskResult result : RecordedResults.read(files.out, ref).values()) {
      views.put(result.id().value(), TaskView.of(result));
    }
    Survey survey = Surveys.of(console, options, ref);
    for (TaskView view : TaskView.of(survey)) {
      views.merge(view.id(), view, TaskView::later);
    }
    return views;
  }
}
