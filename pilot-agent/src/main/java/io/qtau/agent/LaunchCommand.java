package io.qtau.agent;

import io.qtau.protocol.MpiLayout;
import io.qtau.protocol.MpiPlugin;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * How a launcher is called.
 *
 * @param environment variables for the launcher, beside those of its ranks
 * @param labels how it says whose output it passes on
 */
record LaunchCommand(List<String> argv, Map<String, String> environment, RankLabels labels) {
  /** They are the same on each node, and a launcher that reaches it by a shell brings none. */
  private static final List<String> PLACES =
      List.of("PATH", "LD_LIBRARY_PATH", "PYTHONPATH", "VIRTUAL_ENV", "CONDA_PREFIX");

  LaunchCommand {
    argv = List.copyOf(argv);
    environment = Map.copyOf(environment);
  }

  /**
   * Open MPI's {@code mpirun}.
   *
   * @param variables those that ranks need on other nodes, too
   * @param remoteShell what reaches other nodes; null = there is one node
   */
  static LaunchCommand openMpi(
      Path launcher,
      RankCommand ranks,
      List<String> program,
      Set<String> variables,
      @Nullable Path remoteShell) {
    MpiLayout layout = ranks.layout();
    List<String> argv = new ArrayList<>(List.of(launcher.toString(), "--tag-output"));
    argv.addAll(List.of("--bind-to", "none", "--oversubscribe"));
    argv.addAll(List.of("-np", Integer.toString(layout.ranks())));
    Map<String, String> environment = new LinkedHashMap<>();
    // Whoever runs a pilot as root has decided that.
    environment.put("OMPI_ALLOW_RUN_AS_ROOT", "1");
    environment.put("OMPI_ALLOW_RUN_AS_ROOT_CONFIRM", "1");
    if (!ranks.isBound()) {
      // Others run on the same cores: a rank that spins while it waits would keep them from it.
      environment.put("OMPI_MCA_mpi_yield_when_idle", "1");
    }
    if (remoteShell != null) {
      argv.addAll(List.of("--map-by", "ppr:" + layout.ranksPerNode() + ":node"));
      String slots = ":" + layout.ranksPerNode();
      argv.addAll(
          List.of(
              "--host",
              ranks.nodes().stream()
                  .map(node -> node.name() + slots)
                  .collect(Collectors.joining(","))));
      Set<String> passedOn = new TreeSet<>(variables);
      passedOn.add(ProcessTree.MARK);
      passedOn.addAll(PLACES.stream().filter(System.getenv()::containsKey).toList());
      passedOn.addAll(
          environment.keySet().stream().filter(n -> n.startsWith("OMPI_MCA_")).toList());
      passedOn.forEach(name -> argv.addAll(List.of("-x", name)));
      environment.put("OMPI_MCA_plm", "rsh");
      environment.put("OMPI_MCA_plm_rsh_agent", remoteShell.toString());
      // A node reaches no other one but over us.
      environment.put("OMPI_MCA_plm_rsh_no_tree_spawn", "1");
    }
    argv.addAll(ranks.argv(program));
    return new LaunchCommand(argv, environment, RankLabels.OPEN_MPI);
  }

  /** The same of MPICH's, Hydra; it passes the whole environment on. */
  static LaunchCommand mpich(
      Path launcher, RankCommand ranks, List<String> program, @Nullable Path remoteShell) {
    MpiLayout layout = ranks.layout();
    List<String> argv = new ArrayList<>(List.of(launcher.toString()));
    argv.addAll(List.of("-prepend-pattern", RankLabels.MPICH_PATTERN, "-rmk", "user"));
    argv.addAll(List.of("-n", Integer.toString(layout.ranks())));
    if (remoteShell == null) {
      argv.addAll(List.of("-launcher", "fork"));
    } else {
      argv.addAll(List.of("-launcher", "rsh", "-launcher-exec", remoteShell.toString()));
      argv.addAll(List.of("-ppn", Integer.toString(layout.ranksPerNode()), "-hosts"));
      argv.add(ranks.nodes().stream().map(MpiNode::name).collect(Collectors.joining(",")));
    }
    argv.addAll(ranks.argv(program));
    return new LaunchCommand(argv, Map.of(), RankLabels.MPICH);
  }

  /** A step of the Slurm allocation that the agent is in, beside the steps of the agents. */
  static LaunchCommand srun(
      Path launcher, MpiPlugin plugin, RankCommand ranks, List<String> program) {
    MpiLayout layout = ranks.layout();
    List<String> argv = new ArrayList<>(List.of(launcher.toString(), "--overlap", "--mem=0"));
    argv.add("--mpi=" + plugin.word());
    argv.add("--nodes=" + layout.nodes());
    argv.add(
        "--nodelist=" + ranks.nodes().stream().map(MpiNode::name).collect(Collectors.joining(",")));
    argv.add("--ntasks=" + layout.ranks());
    argv.add("--ntasks-per-node=" + layout.ranksPerNode());
    argv.add("--distribution=block");
    argv.addAll(List.of("--cpu-bind=none", "--label", "--kill-on-bad-exit=1", "--input=none"));
    argv.addAll(ranks.argv(program));
    Map<String, String> environment =
        ranks.isBound() ? Map.of() : Map.of("OMPI_MCA_mpi_yield_when_idle", "1");
    return new LaunchCommand(argv, environment, RankLabels.SRUN);
  }
}
