package io.qtau.protocol;

import java.util.Map;

/**
 * What a task occupies while it runs.
 *
 * @param milliCores cores in thousandths: 1000 is one core; {@link #ALL_CORES} = all of a node
 * @param milliGpus GPUs in thousandths: whole ones, or a part of one
 * @param memoryMb memory in MiB; 0 = not said
 * @param nodes nodes; the other figures are per node
 * @param named counts of named resources ({@code qpu:ibm}), by name
 */
public record Resources(
    int milliCores, int milliGpus, long memoryMb, int nodes, Map<String, Integer> named) {
  /** In the place of thousandths of cores: all that the agent has, whatever that is. */
  public static final int ALL_CORES = Integer.MAX_VALUE;

  /** One core of one node: what a task occupies that says nothing. */
  public static final Resources ONE_CORE = cores(1);

  public Resources {
    positive("cores", milliCores);
    notNegative("gpus", milliGpus);
    if (milliGpus > 1000 && milliGpus % 1000 != 0) {
      throw new InvalidField(
          "resources.gpus", "must be whole, or less than 1, is " + milliGpus / 1000.0);
    }
    notNegative("memory_mb", memoryMb);
    positive("nodes", nodes);
    named = Map.copyOf(named);
    named.forEach(NamedResource::check);
  }

  /** So many whole cores of one node. */
  public static Resources cores(int cores) {
    return new Resources(Math.multiplyExact(cores, 1000), 0, 0, 1, Map.of());
  }

  /** Whether it wants a node's cores all. */
  public boolean wantsAllCores() {
    return milliCores == ALL_CORES;
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
