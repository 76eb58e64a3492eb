package io.qtau.agent;

import java.util.List;
import java.util.Map;

/**
 * What an attempt has of its node.
 *
 * @param milliCores cores, in thousandths
 * @param cpus the processors that it is bound to, by the kernel's numbers; empty = it is not bound
 * @param gpus the ids of its GPUs
 * @param memoryMb how much memory it may use, in MiB; 0 = nobody looks
 * @param environment variables that say the same to its libraries; they read these when they are
 *     loaded
 */
public record Slots(
    int milliCores,
    List<Integer> cpus,
    List<String> gpus,
    long memoryMb,
    Map<String, String> environment) {
  public Slots {
    cpus = List.copyOf(cpus);
    gpus = List.copyOf(gpus);
    environment = Map.copyOf(environment);
  }
}
