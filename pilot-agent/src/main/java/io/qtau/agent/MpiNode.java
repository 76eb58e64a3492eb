package io.qtau.agent;

import java.util.List;

/**
 * What an MPI program has of one of its nodes.
 *
 * @param agent whose node it is
 * @param name what the launcher calls it
 * @param cpus the processors that its ranks are bound to; empty = they are not bound
 * @param gpus the ids of the program's GPUs
 * @param hasGpus whether the node has any, whoever may use them
 */
record MpiNode(String agent, String name, List<Integer> cpus, List<String> gpus, boolean hasGpus) {
  MpiNode {
    cpus = cpus == null ? List.of() : List.copyOf(cpus);
    gpus = gpus == null ? List.of() : List.copyOf(gpus);
  }
}
