package io.qtau.agent;

import io.qtau.protocol.AgentState;
import io.qtau.protocol.Capacity;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The part of a node that an agent has, by its real names.
 *
 * @param cores how many tasks may use, and which they are
 * @param gpus the ids of its GPUs
 * @param memoryMb memory for tasks, in MiB
 * @param named counts of named resources, by name
 */
record Node(OwnCores cores, List<String> gpus, long memoryMb, Map<String, Integer> named) {
  Node {
    gpus = List.copyOf(gpus);
    named = Map.copyOf(named);
  }

  /**
   * A ledger of it, of which nothing is taken.
   *
   * @param kinds kinds of tasks that run here beside the built-in ones
   */
  SlotLedger ledger(Set<String> kinds) {
    return new SlotLedger(cores.units(), Units.alike(gpus.size()), memoryMb, named, kinds);
  }

  boolean hasGpus() {
    return !gpus.isEmpty();
  }

  /** What was granted, by its real names. */
  Slots slots(Grant grant) {
    Needs needs = grant.needs();
    List<String> own = grant.gpus().stream().map(gpus::get).toList();
    Map<String, String> environment = new HashMap<>();
    ThreadVariables.put(environment, needs.milliCores());
    if (hasGpus()) {
      GpuVariables.put(environment, own);
    }
    return new Slots(
        needs.milliCores(), cores.bound(grant.cores()), own, needs.memoryMb(), environment);
  }

  /** The same for whoever looks at this agent. */
  AgentState.Holding holding(Grant grant) {
    Needs needs = grant.needs();
    return new AgentState.Holding(
        needs.milliCores(),
        cores.numbers(grant.cores()),
        needs.milliGpus(),
        grant.gpus().stream().map(gpus::get).toList(),
        needs.memoryMb(),
        needs.named());
  }

  /** Why tasks are not bound to cores of their own; null = they are. */
  @Nullable String unbound() {
    return cores.unbound();
  }

  /** What it has, in words. */
  static String words(Capacity total) {
    StringBuilder words = new StringBuilder();
    words.append(total.milliCores() / 1000).append(" cores");
    words.append(", ").append(total.milliGpus() / 1000).append(" GPUs");
    words.append(", ").append(total.memoryMb()).append(" MiB");
    total
        .named()
        .forEach((name, count) -> words.append(", ").append(count).append(' ').append(name));
    return words.toString();
  }
}
