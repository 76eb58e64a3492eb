package io.qtau.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * How the work on a session ended.
 *
 * @param reason why before all results were there; null = they are
 */
record SessionEnd(RunRecord run, @Nullable CommandFailed reason) {
  /** Prints the summary, and on an early end why and how to go on. */
  ExitCode tell(Console console, JsonOutput json, List<String> goOn) {
    String summary = SummaryText.of(run);
    if (json.wanted() || reason != null) {
      console.err().println(summary);
    }
    if (json.wanted() || reason == null) {
      json.print(console, run, summary);
    }
    if (reason == null) {
      return run.notSuccessful() == 0 ? ExitCode.OK : ExitCode.NOT_ALL_SUCCESSFUL;
    }
    console.say(Words.of(reason));
    if (!goOn.isEmpty()) {
      console.say("the data is kept; this goes on:");
      goOn.forEach(line -> console.err().println("  " + line));
    }
    return reason.code();
  }
}
