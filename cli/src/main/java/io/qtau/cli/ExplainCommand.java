package io.qtau.cli;

import io.qtau.client.Survey;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code qtau explain}: why tasks wait. */
@Command(
    name = "explain",
    mixinStandardHelpOptions = true,
    description = {
      "Tells why a task waits, against each agent, or how far else it is.",
      "Of a whole session it tells one task for all that wait in the same lane."
    })
final class ExplainCommand implements Callable<Integer> {
  private final Console console;

  @Parameters(paramLabel = "SESSION[/ID]", description = "Which task, or all that wait.")
  private String target = "";

  @Mixin private final BrokerOptions broker = new BrokerOptions();
  @Mixin private final JsonOutput json = new JsonOutput();

  ExplainCommand(Console console) {
    this.console = console;
  }

  @Override
  public Integer call() throws Exception {
    TaskRef ref = TaskRef.parse(target);
    Survey survey = Surveys.of(console, broker, ref);
    List<TaskView> tasks = TaskView.of(survey);
    if (ref.id() != null && tasks.isEmpty()) {
      throw TaskCommand.notFound(ref);
    }
    Instant now = Instant.now();
    for (List<TaskView> alike : ref.id() == null ? waitingAlike(tasks) : List.of(tasks)) {
      Explanation told = Explanation.of(alike.get(0), alike.size() - 1, survey, now);
      json.print(console, told, told.text());
    }
    if (tasks.stream().noneMatch(TaskView::waits) && ref.id() == null) {
      console.say("no task of session " + ref.session() + " waits");
    }
    return ExitCode.OK.number();
  }

  private static Iterable<List<TaskView>> waitingAlike(List<TaskView> tasks) {
    Map<String, List<TaskView>> alike = new LinkedHashMap<>();
    tasks.stream()
        .filter(TaskView::waits)
        .forEach(
            task ->
                alike
                    .computeIfAbsent(task.state() + " " + task.queue(), key -> new ArrayList<>())
                    .add(task));
    return alike.values();
  }
}
