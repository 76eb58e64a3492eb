package io.qtau.agent;

import io.qtau.protocol.MpiLauncher;
import io.qtau.protocol.MpiPlugin;
import io.qtau.protocol.MpiProgram;
import io.qtau.protocol.Payload;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.ExecutionException;
import org.jspecify.annotations.Nullable;

/** Decides how an MPI program is launched: by what it is linked with, and where it is to run. */
final class MpiPlanner {
  static final String MISSING_LAUNCHER = "MissingLauncher";
  private static final String CANNOT_START = "CannotStart";
  private static final String SRUN = "srun";
  private static final String ALLOCATION = "SLURM_JOB_ID";

  private final Map<String, String> environment;
  private final LinkedMpi linked;
  private final MpiLaunchers launchers;
  private final Environments environments;

  /**
   * @param environment of this agent
   */
  MpiPlanner(Map<String, String> environment, Environments environments) {
    Map<String, String> clean = new HashMap<>(environment);
    LaunchEnvironment.clean(clean);
    this.environment = Map.copyOf(clean);
    this.environments = environments;
    linked = new LinkedMpi(clean);
    launchers = new MpiLaunchers(clean);
  }

  /**
   * @throws MpiRefused when it cannot be launched here; nothing has been started
   */
  MpiPlan plan(Execution execution, Path directory, Gang gang)
      throws MpiRefused, IOException, InterruptedException {
    Payload.Mpi mpi = (Payload.Mpi) execution.task().payload();
    List<String> argv = argv(mpi.program());
    Map<String, String> variables = variables(execution, mpi);
    LinkedMpi.Found found = linked.of(program(argv.get(0), directory, variables));
    if (mpi.program() instanceof MpiProgram.Script script
        && !Files.isReadable(directory.resolve(script.script()))) {
      throw new MpiRefused(CANNOT_START, "the script " + script.script() + " is not there");
    }
    MpiLibrary library = library(mpi.plugin(), found);
    List<String> notes = new ArrayList<>();
    if (!found.note().isEmpty()) {
      notes.add(found.note());
    }
    return usesSrun(mpi.launcher(), gang)
        ? srun(mpi, argv, variables, library, gang, notes)
        : mpirun(mpi, argv, variables, library, gang, notes);
  }

  private List<String> argv(MpiProgram program)
      throws MpiRefused, IOException, InterruptedException {
    if (program instanceof MpiProgram.Binary binary) {
      return binary.argv();
    }
    MpiProgram.Script script = (MpiProgram.Script) program;
    try {
      List<String> argv = new ArrayList<>();
      argv.add(environments.interpreter(script.env()).get());
      argv.add(script.script());
      argv.addAll(script.args());
      return argv;
    } catch (ExecutionException e) {
      Throwable cause = e.getCause() == null ? e : e.getCause();
      throw new MpiRefused("EnvironmentFailed", String.valueOf(cause.getMessage()));
    }
  }

  private Path program(String name, Path directory, Map<String, String> variables)
      throws MpiRefused {
    Map<String, String> own = new HashMap<>(environment);
    own.putAll(variables);
    Path path =
        name.indexOf('/') < 0
            ? Programs.find(name, own).orElse(null)
            : directory.resolve(name).normalize();
    if (path == null || !Files.isExecutable(path) || Files.isDirectory(path)) {
      throw new MpiRefused(
          CANNOT_START,
          "the program '"
              + name
              + (path == null
                  ? "' is not on the PATH"
                  : Files.exists(path) ? "' is not executable" : "' does not exist"));
    }
    return path;
  }

  private static Map<String, String> variables(Execution execution, Payload.Mpi mpi) {
    Map<String, String> variables = new HashMap<>(execution.slots().environment());
    ThreadVariables.put(variables, 1000 * mpi.layout().coresPerRank());
    if (mpi.program() instanceof MpiProgram.Binary binary) {
      variables.putAll(binary.env());
    }
    variables.putAll(execution.environment());
    return variables;
  }

  private static @Nullable MpiLibrary library(@Nullable MpiPlugin asked, LinkedMpi.Found found)
      throws MpiRefused {
    MpiLibrary seen = found.library().orElse(null);
    if (asked != null && seen != null && seen.plugin() != asked) {
      throw new MpiRefused(
          "WrongMpi",
          "mpi.mpi is '"
              + asked.word()
              + "', the way of "
              + MpiLibrary.of(asked).word()
              + ", and the program is linked with "
              + seen.word()
              + " ("
              + seen.file()
              + "): each rank would be rank 0 of 1; say '"
              + seen.plugin().word()
              + "', or nothing");
    }
    return seen;
  }

  private boolean usesSrun(MpiLauncher launcher, Gang gang) {
    return launcher == MpiLauncher.SRUN
        || (launcher == MpiLauncher.AUTO
            && gang.nodes().size() > 1
            && environment.containsKey(ALLOCATION)
            && Programs.isThere(SRUN, environment));
  }

  private MpiPlan srun(
      Payload.Mpi mpi,
      List<String> argv,
      Map<String, String> variables,
      @Nullable MpiLibrary library,
      Gang gang,
      List<String> notes)
      throws MpiRefused {
    Optional<Path> srun = Programs.find(SRUN, environment);
    if (srun.isEmpty() || !environment.containsKey(ALLOCATION)) {
      throw new MpiRefused(
          MISSING_LAUNCHER,
          srun.isEmpty()
              ? "mpi.launcher is 'srun', and there is no srun on the PATH"
              : "mpi.launcher is 'srun', and this pilot is in no allocation of Slurm; say 'auto'");
    }
    MpiPlugin plugin =
        mpi.plugin() != null ? mpi.plugin() : library == null ? MpiPlugin.PMIX : library.plugin();
    RankCommand ranks = new RankCommand(RankCommand.Way.SRUN, nonce(), mpi.layout(), gang.nodes());
    return new MpiPlan(
        LaunchCommand.srun(srun.get(), plugin, ranks, argv),
        ranks,
        SRUN,
        variables,
        library,
        plugin,
        notes);
  }

  private MpiPlan mpirun(
      Payload.Mpi mpi,
      List<String> argv,
      Map<String, String> variables,
      @Nullable MpiLibrary library,
      Gang gang,
      List<String> notes)
      throws MpiRefused, IOException, InterruptedException {
    MpiLibrary wanted =
        library != null
            ? library
            : mpi.plugin() != null ? MpiLibrary.of(mpi.plugin()) : MpiLibrary.OPEN_MPI;
    Optional<Path> launcher = launchers.of(wanted);
    if (launcher.isEmpty() && library == null && mpi.plugin() == null) {
      wanted = MpiLibrary.MPICH;
      launcher = launchers.of(wanted);
    }
    if (launcher.isEmpty()) {
      throw new MpiRefused(
          MISSING_LAUNCHER,
          "there is nothing to launch a program of "
              + (library == null ? "Open MPI or MPICH" : library.word())
              + " with: looked on the PATH for "
              + MpiLaunchers.names(wanted)
              + "; install it on the nodes, or let the pilot load its module (pilot start --module)");
    }
    RankCommand.Way way =
        wanted == MpiLibrary.OPEN_MPI ? RankCommand.Way.OPEN_MPI : RankCommand.Way.MPICH;
    RankCommand ranks = new RankCommand(way, nonce(), mpi.layout(), gang.nodes());
    requireDistinct(gang.nodes());
    Path shell = gang.remoteShell().orElse(null);
    LaunchCommand command =
        way == RankCommand.Way.OPEN_MPI
            ? LaunchCommand.openMpi(launcher.get(), ranks, argv, variables.keySet(), shell)
            : LaunchCommand.mpich(launcher.get(), ranks, argv, shell);
    String name = launcher.get().getFileName().toString();
    return new MpiPlan(command, ranks, name, variables, library, null, notes);
  }

  /** A launcher knows nodes by their names. */
  private static void requireDistinct(List<MpiNode> nodes) throws MpiRefused {
    Map<String, String> agents = new HashMap<>();
    for (MpiNode node : nodes) {
      String other = agents.put(node.name(), node.agent());
      if (other != null) {
        throw new MpiRefused(
            "SameHost",
            other
                + " and "
                + node.agent()
                + " are both on a host that calls itself "
                + node.name()
                + ": a program on several nodes needs as many hosts");
      }
    }
  }

  private static String nonce() {
    return UUID.randomUUID().toString().replace("-", "").substring(0, 16);
  }
}
