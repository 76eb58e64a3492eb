package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What each node of a pilot offers beside cores, as whoever started it says.
 *
 * @param gpus how many GPUs; null = those that are found there
 * @param memoryMb memory for tasks, in MiB; null = all that is found there
 * @param named counts of named resources, by name
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Offer(
    @Nullable Integer gpus,
    @JsonProperty("memory_mb") @Nullable Long memoryMb,
    @Nullable Map<String, Integer> named) {
  /** Nothing is said. */
  public static final Offer NONE = new Offer(null, null, null);

  public Offer {
    if (gpus != null && gpus < 0) {
      throw new InvalidField("gpus", "must not be negative, is " + gpus);
    }
    if (memoryMb != null && memoryMb < 1) {
      throw new InvalidField("memory_mb", "must be 1 or more, is " + memoryMb);
    }
    if (named != null) {
      named = Map.copyOf(named);
      named.forEach(NamedResource::check);
    }
  }

  /** Its named resources, also where none are said. */
  public Map<String, Integer> counts() {
    return named == null ? Map.of() : named;
  }
}
