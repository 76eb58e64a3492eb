package io.qtau.protocol;

import java.util.Map;
import java.util.TreeMap;

/**
 * What a task occupies while it runs.
 *
 * @param milliCores cores in thousandths: 1000 is one core
 * @param gpus whole GPUs
 * @param memoryMb memory in MiB; 0 = not said
 * @param nodes nodes; the other figures are per node
 * @param named counts of named resources ({@code qpu:ibm}), by name
 */
public record Resources(
    int milliCores, int gpus, long memoryMb, int nodes, Map<String, Integer> named) {
  /** One core of one node: what a task occupies that says nothing. */
  public static final Resources ONE_CORE = cores(1);

  public Resources {
    positive("cores", milliCores);
    notNegative("gpus", gpus);
    notNegative("memory_mb", memoryMb);
    positive("nodes", nodes);
    named = Map.copyOf(new TreeMap<>(named));
    named.forEach((name, count) -> positive(name, count));
  }

  /** So many whole cores of one node. */
  public static Resources cores(int cores) {
    return new Resources(Math.multiplyExact(cores, 1000), 0, 0, 1, Map.of());
  }

  private static void positive(String field, int value) {
    if (value <= 0) {
      throw new InvalidField("resources." + field, "must be more than 0");
    }
  }

  private static void notNegative(String field, long value) {
    if (value < 0) {
      throw new InvalidField("resources." + field, "must not be negative, is " + value);
    }
  }
}
