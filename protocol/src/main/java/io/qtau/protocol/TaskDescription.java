package io.qtau.protocol;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * One unit of work, described once.
 *
 * @param id its identifier in the session; null until the client gives it one
 * @param name what a person calls it; many tasks may share a name
 * @param payload what it does
 * @param resources what it occupies while it runs
 * @param pool who may run it
 * @param priority how urgent it is
 * @param timeout after this long an attempt is killed; null = never
 * @param deadline from then on it does not start any more; null = it always may
 * @param retry how often it is tried
 * @param seed where its random numbers begin, the same in each attempt; null = anywhere
 * @param tags free words of its owner, carried to the result
 */
public record TaskDescription(
    @Nullable TaskId id,
    @Nullable String name,
    Payload payload,
    Resources resources,
    Pool pool,
    Priority priority,
    @Nullable Duration timeout,
    @Nullable Instant deadline,
    Retry retry,
    @Nullable Long seed,
    Map<String, String> tags) {
  /** What any reader of JSON holds exactly. */
  private static final long MOST_SEED = (1L << 53) - 1;

  public TaskDescription {
    if (timeout != null && (timeout.isNegative() || timeout.isZero())) {
      throw new InvalidField("timeout_s", "must be more than 0");
    }
    if (seed != null && (seed < 0 || seed > MOST_SEED)) {
      throw new InvalidField("seed", "must be 0 to 2^53 - 1, is " + seed);
    }
    if (payload instanceof Payload.Mpi mpi) {
      mpi.layout().check(resources);
    } else if (resources.nodes() != 1) {
      throw new InvalidField(
          "resources.nodes", "must be 1: tasks of kind 'mpi' alone run on several nodes");
    }
    tags = Map.copyOf(tags);
  }

  /** Begins a task that does {@code payload} on one core of any pilot. */
  public static Builder of(Payload payload) {
    return new Builder(payload);
  }

  /** Begins a task that runs a program. */
  public static Builder exec(String... argv) {
    return of(Payload.Exec.of(argv));
  }

  /** The identifier that a submitted task has. */
  public TaskId requireId() {
    return Objects.requireNonNull(id, "a submitted task has an id");
  }

  /** The lane that it waits in. */
  public Lane lane() {
    return new Lane(pool, Shape.of(this), priority, false);
  }

  /** The same with an identifier. */
  public TaskDescription withId(TaskId newId) {
    return new TaskDescription(
        newId, name, payload, resources, pool, priority, timeout, deadline, retry, seed, tags);
  }

  /** Puts a description together; what it cannot be is refused in {@link #build()}. */
  public static final class Builder {
    private final Payload payload;
    private @Nullable TaskId id;
    private @Nullable String name;
    private Resources resources;
    private Pool pool = Pool.SHARED;
    private Priority priority = Priority.NORMAL;
    private @Nullable Duration timeout;
    private @Nullable Instant deadline;
    private Retry retry = Retry.NONE;
    private @Nullable Long seed;
    private Map<String, String> tags = Map.of();

    private Builder(Payload payload) {
      this.payload = payload;
      resources = payload.usualResources();
    }

    public Builder id(String newId) {
      id = new TaskId(newId);
      return this;
    }

    public Builder name(String newName) {
      name = newName;
      return this;
    }

    public Builder cores(int cores) {
      return resources(Resources.cores(cores));
    }

    public Builder resources(Resources newResources) {
      resources = newResources;
      return this;
    }

    public Builder pool(Pool newPool) {
      pool = newPool;
      return this;
    }

    public Builder priority(Priority newPriority) {
      priority = newPriority;
      return this;
    }

    public Builder timeout(Duration newTimeout) {
      timeout = newTimeout;
      return this;
    }

    /** From then on it does not start any more. */
    public Builder deadline(Instant newDeadline) {
      deadline = newDeadline;
      return this;
    }

    public Builder retry(Retry newRetry) {
      retry = newRetry;
      return this;
    }

    /** Where its random numbers begin; 0 to 2^53 - 1. */
    public Builder seed(long newSeed) {
      seed = newSeed;
      return this;
    }

    public Builder tags(Map<String, String> newTags) {
      tags = newTags;
      return this;
    }

    public TaskDescription build() {
      return new TaskDescription(
          id, name, payload, resources, pool, priority, timeout, deadline, retry, seed, tags);
    }
  }
}
