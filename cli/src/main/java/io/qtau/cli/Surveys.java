package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.QTauException;
import io.qtau.client.Survey;
import io.qtau.protocol.SurveyAnswer;
import org.jspecify.annotations.Nullable;

/** Asks a broker where things are. */
final class Surveys {
  private Surveys() {}

  /**
   * Also says what it could not look at.
   *
   * @param ref whose tasks; null = no tasks, the queues only
   */
  static Survey of(Console console, BrokerOptions options, @Nullable TaskRef ref)
      throws InterruptedException {
    BrokerOptions.Target target = options.target(console);
    try (QTau qtau = QTau.connect(target.url(), target.credential())) {
      Survey survey = ref == null ? qtau.survey() : qtau.survey(ref.session().value(), ref.id());
      for (String queue : survey.cut()) {
        console.say(
            "only the first " + SurveyAnswer.MOST_LOOKED_AT + " of " + queue + " were read");
      }
      return survey;
    } catch (QTauException e) {
      throw new CommandFailed(ExitCode.of(e), Words.of(e), e);
    }
  }
}
