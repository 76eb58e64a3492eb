package io.qtau.agent;

import io.qtau.protocol.Retry;
import org.jspecify.annotations.Nullable;

/** What becomes of a task whose attempt has ended: a result, or the task once more. */
final class Conclusion {
  private final Results results;
  private final Spill spill;

  Conclusion(Results results, Spill spill) {
    this.results = results;
    this.spill = spill;
  }

  /** Null when the task is not ours any more. */
  @Nullable Ending of(Attempt attempt, Outcome outcome, long endedUs) {
    Delivery delivery = attempt.delivery();
    if (!outcome.success()) {
      if (attempt.verdict() == Attempt.Verdict.LOST) {
        return null;
      }
      if (attempt.verdict() == Attempt.Verdict.GIVEN_BACK) {
        return new Ending.Again(delivery.resultKey(), Copy.again(delivery));
      }
      Retry retry = attempt.task().retry();
      int failures = delivery.failures() + 1;
      if (attempt.verdict() != Attempt.Verdict.CANCELED && retry.allows(failures)) {
        return new Ending.Again(
            delivery.resultKey(), Copy.retry(delivery, retry.rest(failures).toMillis()));
      }
    }
    return new Ending.Over(spill.fit(results.of(attempt, outcome, endedUs)));
  }
}
