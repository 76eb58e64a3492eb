package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.NamedResource;
import io.qtau.protocol.Offer;
import io.qtau.protocol.PilotName;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * A pilot that somebody wants.
 *
 * @param nodes how many nodes; on {@code local://}, how many agents on this one
 * @param cores cores per node; null = all of the node
 * @param gpus GPUs per node, asked of a scheduler; null = none are asked for, and tasks may use
 *     those that are found
 * @param named counts of named resources that each node offers, by name
 * @param walltime how long it lasts, in whole minutes; null = as long as the resource lets it
 * @param workingDirectory an absolute path on the resource, seen by all its nodes, below which the
 *     pilot's own directory is made; null = where the launcher keeps its own
 * @param tunnel whether its agents reach the broker through our SSH connections to their hosts
 * @param broker the URL that its agents connect to
 * @param credentialFile the file of mode 0600 that they log in with
 * @param caFile the certificate that a {@code tls://} broker is checked against; null = none
 * @param owner the id of a process on this host that the pilot ends with; null = it stays
 * @param javaCommand the program and options that start a JVM with the agent on its class path
 * @param leave when its agents leave by themselves
 */
public record PilotRequest(
    PilotName name,
    ResourceUrl resource,
    int nodes,
    @Nullable Integer cores,
    @Nullable Integer gpus,
    Map<String, Integer> named,
    @Nullable Duration walltime,
    BatchOptions batch,
    NodeSetup setup,
    @Nullable String workingDirectory,
    boolean tunnel,
    String broker,
    Path credentialFile,
    @Nullable Path caFile,
    @Nullable Long owner,
    List<String> javaCommand,
    LeaveRules leave) {
  public PilotRequest {
    atLeast(1, "number_of_nodes", nodes);
    atLeast(1, "cores_per_node", cores);
    atLeast(0, "gpus_per_node", gpus);
    if (walltime != null && walltime.toMinutes() < 1) {
      throw new InvalidField("walltime", "must be 1 minute or more");
    }
    if (workingDirectory != null && !workingDirectory.startsWith("/")) {
      throw new InvalidField(
          "working_directory", "must be an absolute path, is '" + workingDirectory + "'");
    }
    named = Map.copyOf(named);
    named.forEach(NamedResource::check);
    credentialFile = credentialFile.toAbsolutePath();
    javaCommand = List.copyOf(javaCommand);
  }

  private static void atLeast(int least, String field, @Nullable Integer value) {
    if (value != null && value < least) {
      throw new InvalidField(field, "must be " + least + " or more, is " + value);
    }
  }

  /** What each of its nodes offers beside cores. */
  Offer offer() {
    return new Offer(gpus, null, named.isEmpty() ? null : named);
  }

  /** A request for one node, without further wishes yet. */
  public static Builder on(ResourceUrl resource) {
    return new Builder(resource);
  }

  /** What differs from the defaults. The last value given counts; lists grow. */
  public static final class Builder {
    private ResourceUrl resource;
    private @Nullable PilotName name;
    private int nodes = 1;
    private @Nullable Integer cores;
    private @Nullable Integer gpus;
    private final Map<String, Integer> named = new LinkedHashMap<>();
    private @Nullable Duration walltime;
    private @Nullable String queue;
    private @Nullable String project;
    private @Nullable String qos;
    private @Nullable String reservation;
    private @Nullable String constraint;
    private final List<String> schedulerOptions = new ArrayList<>();
    private final List<String> modules = new ArrayList<>();
    private @Nullable String condaEnvironment;
    private final List<String> setupCommands = new ArrayList<>();
    private @Nullable String workingDirectory;
    private boolean tunnel;
    private @Nullable String broker;
    private @Nullable Path credentialFile;
    private @Nullable Path caFile;
    private @Nullable Long owner;
    private List<String> javaCommand = List.of();
    private LeaveRules leave = LeaveRules.NONE;

    private Builder(ResourceUrl resource) {
      this.resource = resource;
    }

    public Builder resource(ResourceUrl value) {
      resource = value;
      return this;
    }

    public ResourceUrl resource() {
      return resource;
    }

    public Builder name(PilotName value) {
      name = value;
      return this;
    }

    public @Nullable PilotName name() {
      return name;
    }

    public Builder nodes(int value) {
      nodes = value;
      return this;
    }

    public Builder cores(@Nullable Integer perNode) {
      cores = perNode;
      return this;
    }

    public Builder gpus(@Nullable Integer perNode) {
      gpus = perNode;
      return this;
    }

    /** So many of a named resource on each node; tasks say its name, too. */
    public Builder named(String name, int count) {
      NamedResource.check(name, count);
      named.put(name, count);
      return this;
    }

    public Builder walltime(@Nullable Duration value) {
      walltime = value;
      return this;
    }

    public Builder queue(String value) {
      queue = text("queue", value);
      return this;
    }

    public Builder project(String value) {
      project = text("project", value);
      return this;
    }

    public Builder qos(String value) {
      qos = text("qos", value);
      return this;
    }

    public Builder reservation(String value) {
      reservation = text("reservation", value);
      return this;
    }

    public Builder constraint(String value) {
      constraint = text("constraint", value);
      return this;
    }

    /**
     * Options of the scheduler's own, as they stand in a batch script: with or without {@code
     * #SBATCH} or {@code #PBS} before them. Quotes and backslashes keep words together as in a
     * shell, and nothing else is expanded.
     */
    public Builder schedulerOption(String line) {
      schedulerOptions.add(line);
      return this;
    }

    public Builder module(String value) {
      modules.add(text("modules", value));
      return this;
    }

    public Builder condaEnvironment(String pathOrName) {
      condaEnvironment = text("conda_environment", pathOrName);
      return this;
    }

    /** A line that bash reads on each node before the agent starts. */
    public Builder setupCommand(String line) {
      setupCommands.add(line);
      return this;
    }

    public Builder workingDirectory(String path) {
      workingDirectory = text("working_directory", path);
      return this;
    }

    /** Whether its agents reach the broker through our SSH connections to their hosts. */
    public Builder tunnel(boolean value) {
      tunnel = value;
      return this;
    }

    public Builder broker(String url) {
      broker = url;
      return this;
    }

    public Builder credentialFile(Path value) {
      credentialFile = value;
      return this;
    }

    public Builder caFile(@Nullable Path value) {
      caFile = value;
      return this;
    }

    /** When its agents leave by themselves, and what becomes of its own tasks then. */
    public Builder leave(LeaveRules rules) {
      leave = rules;
      return this;
    }

    public Builder owner(@Nullable Long processId) {
      owner = processId;
      return this;
    }

    public Builder javaCommand(List<String> argv) {
      javaCommand = argv;
      return this;
    }

    private static String text(String field, String value) {
      if (value.isEmpty() || value.indexOf('\0') >= 0) {
        throw new InvalidField(field, "must not be empty or hold a NUL");
      }
      return value;
    }

    /**
     * The request.
     *
     * @throws InvalidField when a value cannot be, or does not go with the resource
     */
    public PilotRequest build() {
      PilotRequest request =
          new PilotRequest(
              Objects.requireNonNull(name, "name"),
              resource,
              nodes,
              cores,
              gpus,
              named,
              walltime,
              new BatchOptions(
                  queue,
                  project,
                  qos,
                  reservation,
                  constraint,
                  schedulerOptions.stream()
                      .flatMap(line -> SchedulerOption.words(line, resource).stream())
                      .toList()),
              new NodeSetup(modules, condaEnvironment, setupCommands),
              workingDirectory,
              tunnel,
              Objects.requireNonNull(broker, "broker"),
              Objects.requireNonNull(credentialFile, "credentialFile"),
              caFile,
              owner,
              javaCommand,
              leave);
      if (tunnel && !resource.isSsh()) {
        throw new InvalidField("tunnel", "there is no SSH connection to " + resource);
      }
      if (!resource.isBatch()) {
        refuseBatchOnly("queue", queue);
        refuseBatchOnly("project", project);
        refuseBatchOnly("qos", qos);
        refuseBatchOnly("reservation", reservation);
        refuseBatchOnly("constraint", constraint);
      }
      return request;
    }

    private void refuseBatchOnly(String field, @Nullable Object value) {
      if (value != null) {
        throw new InvalidField(field, "there is no scheduler on " + resource + "; leave it out");
      }
    }
  }
}
