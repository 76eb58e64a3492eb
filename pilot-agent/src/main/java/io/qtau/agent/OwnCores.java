package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The cores of a node that an agent's tasks may use. They are bound to real ones where these are
 * the agent's own: where a scheduler gave them, or the agent is kept to some of the node's. On a
 * machine that others use as well, and when more are declared than there are, the kernel does
 * better.
 *
 * @param count how many
 * @param cpus their numbers, near ones beside each other; empty = tasks are not bound
 * @param places where each of them is
 * @param unbound why tasks are not bound; null = they are
 */
record OwnCores(int count, List<Integer> cpus, List<Units.Place> places, @Nullable String unbound) {
  private static final Path STATUS = Path.of("/proc/self/status");
  private static final Path SYSTEM = Path.of("/sys/devices/system");
  private static final String ALLOWED = "Cpus_allowed_list:";
  private static final List<String> ALLOCATIONS = List.of("SLURM_JOB_ID", "PBS_JOBID");

  /** So many that tasks are not bound to. */
  static OwnCores unbound(int count, String why) {
    return new OwnCores(count, List.of(), List.of(), why);
  }

  /**
   * Those of this node.
   *
   * @param said how many the agent may use; null = all that it is allowed to
   */
  static OwnCores find(@Nullable Integer said, Map<String, String> environment) {
    try {
      return of(
          said,
          environment.keySet().stream().anyMatch(ALLOCATIONS::contains),
          allowed(),
          CpuList.read(SYSTEM.resolve("cpu/online")),
          new CpuTopology(SYSTEM),
          Programs.isThere(Binding.PROGRAM, environment));
    } catch (IOException e) {
      int count = said == null ? Runtime.getRuntime().availableProcessors() : said;
      return unbound(count, "the kernel does not tell: " + e.getMessage());
    }
  }

  static OwnCores of(
      @Nullable Integer said,
      boolean allocated,
      List<Integer> allowed,
      List<Integer> online,
      CpuTopology topology,
      boolean canBind) {
    int count = said == null ? allowed.size() : said;
    boolean restricted = allowed.size() < online.size();
    if (!allocated && !restricted) {
      return unbound(count, "others may use this machine, too");
    }
    if (count > allowed.size()) {
      return unbound(count, count + " are declared, and " + allowed.size() + " are there");
    }
    if (!restricted && count < allowed.size()) {
      return unbound(count, "the allocation does not say which " + count + " they are");
    }
    if (!canBind) {
      return unbound(count, Binding.PROGRAM + " is not installed");
    }
    List<Integer> cpus = topology.sorted(allowed).subList(0, count);
    return new OwnCores(count, cpus, cpus.stream().map(topology::place).toList(), null);
  }

  private static List<Integer> allowed() throws IOException {
    for (String line : Files.readAllLines(STATUS)) {
      if (line.startsWith(ALLOWED)) {
        return CpuList.parse(line.substring(ALLOWED.length()));
      }
    }
    throw new IOException(STATUS + " has no " + ALLOWED);
  }

  Units units() {
    return cpus.isEmpty() ? Units.alike(count) : new Units(places);
  }

  /** The processors to bind to; empty = none. */
  List<Integer> bound(List<Integer> granted) {
    return cpus.isEmpty() ? List.of() : numbers(granted);
  }

  /** The numbers that they are told by: of processors, or else their places. */
  List<Integer> numbers(List<Integer> granted) {
    return cpus.isEmpty() ? granted : granted.stream().map(cpus::get).sorted().toList();
  }
}
