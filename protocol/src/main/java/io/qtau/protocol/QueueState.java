package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * How a queue stands.
 *
 * @param messages all that it has, the two below included
 * @param held those that a consumer has and has not settled: in a lane, tasks just begun
 * @param resting those that wait for their time: in a lane, retries
 * @param consumers how many consume it: of a lane, the agents that could run its tasks
 * @param oldest when the first of those that wait came, epoch µs; null = none waits, or not known
 * @param named of a lane, the named resources behind {@code .x<8 hex>}; null = there are none
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record QueueState(
    String queue,
    long messages,
    int held,
    int resting,
    int consumers,
    @Nullable Long oldest,
    @Nullable Map<String, Integer> named) {
  /** A queue that is no lane of named resources. */
  public QueueState(
      String queue, long messages, int held, int resting, int consumers, @Nullable Long oldest) {
    this(queue, messages, held, resting, consumers, oldest, null);
  }

  /** Those that wait and could be had now. */
  @JsonIgnore
  public long waiting() {
    return Math.max(0, messages - held - resting);
  }
}
