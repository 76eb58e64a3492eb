package io.qtau.agent;

import java.util.List;
import java.util.Map;

/**
 * What of the agent's environment an MPI launcher must not see. Where the agent itself is a step of
 * an allocation, its variables describe that step: a launcher would take its size, and a rank its
 * number, for its own.
 */
final class LaunchEnvironment {
  private static final List<String> OF_STEPS =
      List.of("SLURM", "PMI", "OMPI_", "HYDRA_", "HYDI_", "PBS_", "LSB_", "PRTE_");

  /** What Slurm's commands need to find the cluster and the allocation. */
  private static final List<String> OF_ALLOCATIONS = List.of("SLURM_CONF", "SLURM_JOB_ID");

  /** What users and sites set for all their MPI programs. */
  private static final List<String> OF_USERS = List.of("OMPI_MCA_");

  private LaunchEnvironment() {}

  static void clean(Map<String, String> environment) {
    environment
        .keySet()
        .removeIf(
            name ->
                OF_STEPS.stream().anyMatch(name::startsWith)
                    && !OF_ALLOCATIONS.contains(name)
                    && (OF_USERS.stream().noneMatch(name::startsWith)
                        || name.startsWith("OMPI_MCA_ess")
                        || name.startsWith("OMPI_MCA_orte")));
  }
}
