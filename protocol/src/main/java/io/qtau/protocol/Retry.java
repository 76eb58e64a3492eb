package io.qtau.protocol;

import java.time.Duration;

/**
 * How often a task is tried that fails or runs into its time-out, and how long it rests before. An
 * agent that is lost costs none of these attempts.
 *
 * @param maxAttempts executions that may fail, the first one included
 * @param backoff the rest before the second attempt; it doubles with each further one
 */
public record Retry(int maxAttempts, Duration backoff) {
  /** No rest is longer. */
  static final Duration LONGEST = Duration.ofHours(1);

  /** One attempt, as of a task that says nothing. Below the bound, which checks it. */
  public static final Retry NONE = new Retry(1, Duration.ofSeconds(1));

  public Retry {
    if (maxAttempts < 1 || maxAttempts > 1000) {
      throw new InvalidField("retry.max_attempts", "must be 1 to 1000, is " + maxAttempts);
    }
    if (backoff.isNegative() || backoff.compareTo(LONGEST) > 0) {
      throw new InvalidField("retry.backoff_s", "must be 0 to 3600");
    }
  }

  /** Whether a task that has failed so often is tried again. */
  public boolean allows(int failures) {
    return failures < maxAttempts;
  }

  /** How long a task rests that has failed so often: at least once. */
  public Duration rest(int failures) {
    long most = LONGEST.toNanos();
    long rest = backoff.toNanos();
    for (int i = 1; i < failures && rest < most; i++) {
      rest = Math.min(most, rest * 2);
    }
    return Duration.ofNanos(rest);
  }
}
