package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/**
 * A message of a task, or of its result, where the broker has it.
 *
 * @param queue a lane, an agent's claims, the session's results, the dead letters
 * @param position of a waiting one, from 1
 * @param attempt the one that runs or comes next
 * @param accepted when the broker took the task, epoch µs; null = not known
 * @param notBefore when a resting one goes on, epoch µs; null = at once
 * @param status of a result; null = it is a task
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record FoundTask(
    SessionName session,
    TaskId id,
    int replay,
    String kind,
    String queue,
    Place place,
    int position,
    int attempt,
    int losses,
    @Nullable Long accepted,
    @JsonProperty("not_before") @Nullable Long notBefore,
    @Nullable TaskStatus status) {
  /** What its message is doing there. */
  public enum Place {
    /** In the queue. */
    WAITING,
    /** In the queue, until its time comes. */
    RESTING,
    /** With a consumer, which has not settled it. */
    HELD
  }

  /** Whether it is a result. */
  @JsonIgnore
  public boolean isResult() {
    return status != null;
  }
}
