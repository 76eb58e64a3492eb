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
 * @param shared which of the named ones all pilots of the broker share
 */
@JsonInclude(JsonInclude.Include.NON_EMPTY)
public record Capacity(
    @JsonProperty("milli_cores") int milliCores,
    @JsonProperty("milli_gpus") int milliGpus,
    @JsonProperty("memory_mb") long memoryMb,
    Map<String, Integer> named,
    Set<String> kinds,
    Set<String> shared) {
  public Capacity {
    named = named == null ? Map.of() : Map.copyOf(named);
    kinds = kinds == null ? Set.of() : Set.copyOf(kinds);
    shared = shared == null ? Set.of() : Set.copyOf(shared);
  }

  /** Of an agent that shares nothing. */
  public Capacity(
      int milliCores, int milliGpus, long memoryMb, Map<String, Integer> named, Set<String> kinds) {
    this(milliCores, milliGpus, memoryMb, named, kinds, Set.of());
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
