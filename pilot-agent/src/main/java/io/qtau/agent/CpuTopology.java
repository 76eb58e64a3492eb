package io.qtau.agent;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Which processors lie near each other, as {@code /sys} tells it. */
final class CpuTopology {
  private final Path system;
  private final Map<Integer, Integer> nodes = new HashMap<>();

  /**
   * @param system {@code /sys/devices/system}
   */
  CpuTopology(Path system) {
    this.system = system;
    try (DirectoryStream<Path> found =
        Files.newDirectoryStream(system.resolve("node"), "node[0-9]*")) {
      for (Path node : found) {
        int number = Integer.parseInt(node.getFileName().toString().substring("node".length()));
        CpuList.read(node.resolve("cpulist")).forEach(cpu -> nodes.put(cpu, number));
      }
    } catch (IOException e) {
      nodes.clear(); // A kernel without memory nodes has one.
    }
  }

  /** Where one is; its physical core is called by the first of its threads. */
  Units.Place place(int cpu) {
    Path siblings = system.resolve("cpu/cpu" + cpu + "/topology/thread_siblings_list");
    int core;
    try {
      core = CpuList.read(siblings).stream().min(Comparator.naturalOrder()).orElse(cpu);
    } catch (IOException notTold) {
      core = cpu;
    }
    return new Units.Place(nodes.getOrDefault(cpu, 0), core);
  }

  /** The same, near ones beside each other. */
  List<Integer> sorted(List<Integer> cpus) {
    return cpus.stream()
        .sorted(
            Comparator.comparing((Integer cpu) -> place(cpu).node())
                .thenComparing(cpu -> place(cpu).core())
                .thenComparing(Comparator.naturalOrder()))
        .toList();
  }
}
