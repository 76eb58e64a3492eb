package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.Map;
import java.util.Set;

/**
 * What an agent has of everything that tasks occupy, or what of that is free.
 *
 * @param milliCores cores, in thousandths
 * @param milliGpus GPUs, in thousandths
 * @param memoryMb memory in MiB
 * @param named counts of named resources, by name
 * @param kinds kinds of tasks that it runs beside the built-in ones
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Capacity(
    @JsonProperty("milli_cores") int milliCores,
    @JsonProperty("milli_gpus") int milliGpus,
    @JsonProperty("memory_mb") long memoryMb,
    Map<String, Integer> named,
    Set<String> kinds) {
  public Capacity {
    named = named == null ? Map.of() : Map.copyOf(named);
    kinds = kinds == null ? Set.of() : Set.copyOf(kinds);
  }

  /** Cores, and nothing else. */
  public static Capacity ofCores(int milliCores) {
    return new Capacity(milliCores, 0, 0, Map.of(), Set.of());
  }

  /** How many of a named resource; 0 = it is not one of its. */
  public int count(String name) {
    return named.getOrDefault(name, 0);
  }
}
