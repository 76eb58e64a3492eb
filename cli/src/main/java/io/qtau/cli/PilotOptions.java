package io.qtau.cli;

import io.qtau.launcher.PilotFile;
import io.qtau.launcher.PilotRequest;
import io.qtau.launcher.PilotRequestBuilder;
import io.qtau.launcher.ResourceUrl;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.WhenItEnds;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a pilot shall be: by options, by a file, or both; then options go before the file. */
final class PilotOptions {
  @Option(
      names = "--resource",
      paramLabel = "URL",
      description =
          "Where: local:// is this machine; slurm://localhost and pbs://localhost ask its scheduler;"
              + " ssh://[user@]host[:port] is another one, ssh://h1,h2 and ssh://node[1-4] several.")
  private @Nullable String resource;

  @Option(
      names = "--from",
      paramLabel = "FILE",
      description = "Read all this from a JSON or YAML file; options go before it.")
  private @Nullable Path from;

  @Option(
      names = "--name",
      paramLabel = "N",
      description = "Its name, unique among those that live (default: a new one).")
  private @Nullable String name;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      converter = PositiveInt.class,
      description = "How many nodes (default: 1); on local:// and ssh://, how many agents.")
  private @Nullable Integer nodes;

  @Option(
      names = "--cores-per-node",
      paramLabel = "C",
      converter = PositiveInt.class,
      description = "Cores that its tasks may use on each node (default: all).")
  private @Nullable Integer cores;

  @Option(
      names = "--gpus-per-node",
      paramLabel = "G",
      converter = PositiveInt.class,
      description = {
        "GPUs on each node: asked of the scheduler; where there is none, said to be there",
        "(default: those that are found)."
      })
  private @Nullable Integer gpus;

  @Option(
      names = "--named-resource",
      paramLabel = "NAME=N",
      description =
          "So many on each node of a resource that tasks ask for by this name, as license:gurobi=2.")
  private Map<String, Integer> named = new LinkedHashMap<>();

  @Option(
      names = "--walltime",
      paramLabel = "MIN",
      converter = PositiveInt.class,
      description = "How long it lasts at most, in minutes.")
  private @Nullable Integer walltime;

  @Option(names = "--queue", paramLabel = "Q", description = "The scheduler's queue or partition.")
  private @Nullable String queue;

  @Option(names = "--project", paramLabel = "P", description = "The account that pays.")
  private @Nullable String project;

  @Option(names = "--qos", paramLabel = "Q", description = "Quality of service (Slurm).")
  private @Nullable String qos;

  @Option(names = "--reservation", paramLabel = "R", description = "A reservation of nodes.")
  private @Nullable String reservation;

  @Option(names = "--constraint", paramLabel = "F", description = "Features of nodes (Slurm).")
  private @Nullable String constraint;

  @Option(
      names = "--scheduler-option",
      paramLabel = "OPT",
      parameterConsumer = AnyWord.class,
      description =
          "A further option of the scheduler's, as in a batch script; give it as --scheduler-option=OPT.")
  private List<String> schedulerOptions = new ArrayList<>();

  @Option(
      names = "--conda-environment",
      paramLabel = "E",
      description = "A conda environment for its tasks, by path or by name.")
  private @Nullable String conda;

  @Option(names = "--module", paramLabel = "M", description = "An environment module to load.")
  private List<String> modules = new ArrayList<>();

  @Option(
      names = "--setup-command",
      paramLabel = "CMD",
      description = "A line that bash reads on each node before the agent starts.")
  private List<String> setupCommands = new ArrayList<>();

  @Option(
      names = "--working-directory",
      paramLabel = "D",
      description = "Where its own files go, on the resource (default: in QTAU_HOME).")
  private @Nullable String workingDirectory;

  @Option(
      names = "--when-it-ends",
      paramLabel = "fail|to-shared",
      converter = EndPolicy.class,
      description = {
        "What becomes of tasks for this pilot alone that are left when it ends: each fails",
        "(PilotEnded, the default), or all pilots may have them."
      })
  private @Nullable WhenItEnds whenItEnds;

  @Option(
      names = "--idle-timeout",
      paramLabel = "SECONDS",
      converter = Seconds.class,
      description = "Let it leave when it has had no task for so long (default: it stays).")
  private @Nullable Duration idleTimeout;

  @Option(
      names = "--tunnel",
      description = "Its agents reach the broker through the SSH connection from here.")
  private @Nullable Boolean tunnel;

  @Option(
      names = "--own-pool-only",
      description = "It takes tasks of its own pool only, and cannot read those of others.")
  private @Nullable Boolean ownPoolOnly;

  /**
   * The request so far.
   *
   * @throws CommandFailed when there is neither a resource nor a file
   */
  PilotRequestBuilder request() throws IOException {
    PilotRequestBuilder request = begin();
    set(name, value -> request.name(new PilotName(value)));
    set(nodes, request::nodes);
    set(cores, request::cores);
    set(gpus, request::gpus);
    named.forEach(request::named);
    set(walltime, minutes -> request.walltime(Duration.ofMinutes(minutes)));
    set(queue, request::queue);
    set(project, request::project);
    set(qos, request::qos);
    set(reservation, request::reservation);
    set(constraint, request::constraint);
    schedulerOptions.forEach(request::schedulerOption);
    set(conda, request::condaEnvironment);
    modules.forEach(request::module);
    setupCommands.forEach(request::setupCommand);
    set(workingDirectory, request::workingDirectory);
    set(whenItEnds, request::whenItEnds);
    set(idleTimeout, request::idleTimeout);
    set(tunnel, request::tunnel);
    set(ownPoolOnly, request::ownPoolOnly);
    return request;
  }

  private PilotRequestBuilder begin() throws IOException {
    ResourceUrl named = resource == null ? null : ResourceUrl.parse(resource);
    if (from != null) {
      PilotRequestBuilder request = PilotFile.read(from);
      set(named, request::resource);
      return request;
    }
    if (named == null) {
      throw new CommandFailed(
          ExitCode.BAD_INPUT, "where? --resource URL, such as local://, or --from FILE");
    }
    return PilotRequest.on(named);
  }

  private static <T> void set(@Nullable T value, Consumer<T> field) {
    if (value != null) {
      field.accept(value);
    }
  }
}
