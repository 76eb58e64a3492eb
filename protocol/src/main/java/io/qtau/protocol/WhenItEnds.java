package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonValue;

/** What becomes of the tasks in a pilot's own pool that are left when the pilot ends. */
public enum WhenItEnds {
  /** Each gets a result {@code FAILED} whose error is of type {@code PilotEnded}. */
  FAIL("fail"),
  /** They go to the shared lane of their shape, as if they had never been elsewhere. */
  TO_SHARED("to-shared");

  private final String word;

  WhenItEnds(String word) {
    this.word = word;
  }

  /**
   * Reads {@code fail} or {@code to-shared}.
   *
   * @throws InvalidField when it is another word
   */
  @JsonCreator
  public static WhenItEnds of(String word) {
    for (WhenItEnds one : values()) {
      if (one.word.equals(word)) {
        return one;
      }
    }
    throw new InvalidField("when_it_ends", "'" + word + "' is neither fail nor to-shared");
  }

  @JsonValue
  @Override
  public String toString() {
    return word;
  }
}
