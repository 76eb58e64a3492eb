package io.qtau.launcher;

import io.qtau.protocol.InvalidField;
import io.qtau.protocol.LeaveRules;
import io.qtau.protocol.NamedResource;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.WhenItEnds;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/** What a {@link PilotRequest} has beside the defaults. The last value given counts; lists grow. */
public final class PilotRequestBuilder {
  private static final SecureRandom RANDOM = new SecureRandom();

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
  private @Nullable List<String> javaCommand;
  private WhenItEnds whenItEnds = WhenItEnds.FAIL;
  private @Nullable Duration idleTimeout;
  private boolean ownPoolOnly;

  PilotRequestBuilder(ResourceUrl resource) {
    this.resource = resource;
  }

  public PilotRequestBuilder resource(ResourceUrl value) {
    resource = value;
    return this;
  }

  public ResourceUrl resource() {
    return resource;
  }

  /** Unique among the pilots that live; without one, each {@link #build} makes a new one. */
  public PilotRequestBuilder name(PilotName value) {
    name = value;
    return this;
  }

  public PilotRequestBuilder nodes(int value) {
    nodes = value;
    return this;
  }

  public PilotRequestBuilder cores(@Nullable Integer perNode) {
    cores = perNode;
    return this;
  }

  public PilotRequestBuilder gpus(@Nullable Integer perNode) {
    gpus = perNode;
    return this;
  }

  /** So many of a named resource on each node; tasks say its name, too. */
  public PilotRequestBuilder named(String resourceName, int count) {
    NamedResource.check(resourceName, count);
    named.put(resourceName, count);
    return this;
  }

  public PilotRequestBuilder walltime(@Nullable Duration value) {
    walltime = value;
    return this;
  }

  public PilotRequestBuilder queue(String value) {
    queue = text("queue", value);
    return this;
  }

  public PilotRequestBuilder project(String value) {
    project = text("project", value);
    return this;
  }

  public PilotRequestBuilder qos(String value) {
    qos = text("qos", value);
    return this;
  }

  public PilotRequestBuilder reservation(String value) {
    reservation = text("reservation", value);
    return this;
  }

  public PilotRequestBuilder constraint(String value) {
    constraint = text("constraint", value);
    return this;
  }

  /**
   * Options of the scheduler's own, as they stand in a batch script: with or without {@code
   * #SBATCH} or {@code #PBS} before them. Quotes and backslashes keep words together as in a shell,
   * and nothing else is expanded.
   */
  public PilotRequestBuilder schedulerOption(String line) {
    schedulerOptions.add(line);
    return this;
  }

  public PilotRequestBuilder module(String value) {
    modules.add(text("modules", value));
    return this;
  }

  public PilotRequestBuilder condaEnvironment(String pathOrName) {
    condaEnvironment = text("conda_environment", pathOrName);
    return this;
  }

  /** A line that bash reads on each node before the agent starts. */
  public PilotRequestBuilder setupCommand(String line) {
    setupCommands.add(line);
    return this;
  }

  public PilotRequestBuilder workingDirectory(String path) {
    workingDirectory = text("working_directory", path);
    return this;
  }

  /** Whether its agents reach the broker through our SSH connections to their hosts. */
  public PilotRequestBuilder tunnel(boolean value) {
    tunnel = value;
    return this;
  }

  public PilotRequestBuilder broker(String url) {
    broker = url;
    return this;
  }

  public PilotRequestBuilder credentialFile(Path value) {
    credentialFile = value;
    return this;
  }

  public PilotRequestBuilder caFile(@Nullable Path value) {
    caFile = value;
    return this;
  }

  /** What becomes of its own tasks that are left when it ends. */
  public PilotRequestBuilder whenItEnds(WhenItEnds policy) {
    whenItEnds = policy;
    return this;
  }

  /** Let it leave when it has had no task for so long; null = it stays. */
  public PilotRequestBuilder idleTimeout(@Nullable Duration value) {
    idleTimeout = value;
    return this;
  }

  /** Whether it takes tasks of its own pool only, and cannot read those of others. */
  public PilotRequestBuilder ownPoolOnly(boolean value) {
    ownPoolOnly = value;
    return this;
  }

  public PilotRequestBuilder owner(@Nullable Long processId) {
    owner = processId;
    return this;
  }

  /**
   * The program and options that start a JVM with the agent on its class path, {@code java
   * OPTION... -cp JAR:JAR...}; without it, {@link JavaCommand#agent}.
   */
  public PilotRequestBuilder javaCommand(List<String> argv) {
    javaCommand = argv;
    return this;
  }

  /** One that is easily typed. */
  private PilotName anyName() {
    String digits = Integer.toString(RANDOM.nextInt(1 << 20), 32);
    return new PilotName(
        resource.scheme().replace('+', '-') + "-" + "0".repeat(4 - digits.length()) + digits);
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
            name == null ? anyName() : name,
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
            javaCommand == null ? JavaCommand.agent() : javaCommand,
            new LeaveRules(whenItEnds, seconds(idleTimeout), null),
            ownPoolOnly);
    if (tunnel && !resource.isRemote()) {
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

  private static @Nullable Double seconds(@Nullable Duration duration) {
    return duration == null ? null : Double.valueOf(duration.toMillis() / 1000.0);
  }

  private void refuseBatchOnly(String field, @Nullable Object value) {
    if (value != null) {
      throw new InvalidField(field, "there is no scheduler on " + resource + "; leave it out");
    }
  }
}
