package io.qtau.agent;

import io.qtau.protocol.Capacity;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Resources;
import java.util.Map;

/**
 * What a task occupies on this node.
 *
 * @param milliCores cores, in thousandths
 * @param milliGpus GPUs, in thousandths
 * @param memoryMb memory in MiB; 0 = none is kept for it
 * @param named counts of named resources, by name
 * @param alone whether nothing new starts beside it, since it may kill its agent
 */
record Needs(
    int milliCores, int milliGpus, long memoryMb, Map<String, Integer> named, boolean alone) {
  /** What takes no room. */
  static final Needs NOTHING = ofCores(0);

  Needs {
    named = Map.copyOf(named);
  }

  /** Cores, and nothing else. */
  static Needs ofCores(int milliCores) {
    return new Needs(milliCores, 0, 0, Map.of(), false);
  }

  /**
   * The most that a task of this lane occupies, as far as there is so much here.
   *
   * @param named the named resources behind the lane's name
   */
  static Needs of(Lane lane, Map<String, Integer> named, Capacity total) {
    int cores = lane.shape().milliCores();
    return new Needs(
        cores == Resources.ALL_CORES ? total.milliCores() : cores,
        lane.shape().milliGpus(),
        Math.min(lane.shape().memoryMb(), total.memoryMb()),
        named,
        lane.suspect());
  }

  /** The task's own figures. */
  static Needs of(Resources resources, Capacity total, boolean alone) {
    return new Needs(
        resources.wantsAllCores() ? total.milliCores() : resources.milliCores(),
        resources.milliGpus(),
        resources.memoryMb(),
        resources.named(),
        alone);
  }

  /** Whether there is as much of everything. */
  boolean fitInto(Capacity capacity) {
    return milliCores <= capacity.milliCores()
        && milliGpus <= capacity.milliGpus()
        && memoryMb <= capacity.memoryMb()
        && named.entrySet().stream()
            .allMatch(one -> one.getValue() <= capacity.count(one.getKey()));
  }

  /** How much of a node it is: the largest of its shares of what the node has, 0 to 1. */
  double share(Capacity total) {
    double share = share(milliCores, total.milliCores());
    share = Math.max(share, share(milliGpus, total.milliGpus()));
    share = Math.max(share, share(memoryMb, total.memoryMb()));
    for (Map.Entry<String, Integer> one : named.entrySet()) {
      share = Math.max(share, share(one.getValue(), total.count(one.getKey())));
    }
    return share;
  }

  private static double share(long part, long whole) {
    return part == 0 ? 0 : whole == 0 ? 1 : (double) part / whole;
  }
}
