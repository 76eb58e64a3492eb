package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonCreator;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonValue;
import org.jspecify.annotations.Nullable;

/**
 * To the steward: what is to become of a pilot. It changes the pilot's line in the table, which its
 * agents follow, and answers with that {@link PilotRecord} under the token.
 *
 * @param token what the sender knows its own order by
 * @param whenItEnds a new policy; null = as it was, or {@link WhenItEnds#FAIL}
 * @param ends when its allocation ends, epoch µs; null = as it was
 * @param life of the login of the start that is meant; null = whichever there is
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record LeaveOrder(
    String token,
    PilotName pilot,
    Word order,
    @JsonProperty("when_it_ends") @Nullable WhenItEnds whenItEnds,
    @Nullable Long ends,
    @Nullable String life) {
  /** The order itself. */
  public enum Word {
    /** A new pilot of that name is about to start: what an earlier one was told does not hold. */
    BEGIN("begin"),
    /** What runs ends first, then its agents leave. */
    DRAIN("drain"),
    /** What runs goes back now, and its agents leave. */
    STOP("stop"),
    /** Its allocation is over: it has ended, unless it is another start, or an agent is there. */
    OVER("over"),
    /** None of its agents will ever come back. */
    ENDED("ended");

    private final String word;

    Word(String word) {
      this.word = word;
    }

    /**
     * Reads one of the words.
     *
     * @throws InvalidField when it is another one
     */
    @JsonCreator
    public static Word of(String word) {
      for (Word one : values()) {
        if (one.word.equals(word)) {
          return one;
        }
      }
      throw new InvalidField("order", "'" + word + "' is not begin, drain, stop, over or ended");
    }

    @JsonValue
    @Override
    public String toString() {
      return word;
    }
  }
}
