package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A heartbeat: what an agent has, and what it is doing.
 *
 * @param state {@code READY}, {@code DRAINING} or {@code DONE} (the bye)
 * @param resource the URL that its pilot was started with
 * @param milliCores its cores, in thousandths
 * @param freeMilliCores those of them that no task occupies
 * @param running the attempts that run, at most the first hundred
 * @param runningCount how many run
 * @param ends when its allocation ends, epoch µs; null = not known
 * @param sent when this was sent, epoch µs of its host
 * @param total all that it has for tasks; null = cores only
 * @param free what of that no task occupies; null = cores only
 * @param unbound why its tasks are not bound to cores of their own; null = they are
 * @param keepsSlotsFor a task that it has taken, and that waits here for its slots; null = none
 * @param passesOver lanes of which the last task that it saw would not have ended before it does
 * @param ownPoolOnly whether its pilot has no right to the shared lanes
 * @param workers the processes that it keeps between tasks
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record AgentState(
    AgentName agent,
    String state,
    @Nullable String resource,
    String host,
    long pid,
    @JsonProperty("milli_cores") int milliCores,
    @JsonProperty("free_milli_cores") int freeMilliCores,
    List<Attempt> running,
    @JsonProperty("running_count") int runningCount,
    @Nullable Long ends,
    long sent,
    @JsonProperty("passes_over") List<String> passesOver,
    @Nullable Capacity total,
    @Nullable Capacity free,
    @Nullable String unbound,
    @JsonProperty("keeps_slots_for") @Nullable TaskKey keepsSlotsFor,
    @JsonProperty("own_pool_only") boolean ownPoolOnly,
    List<Workers> workers) {

  /**
   * A running attempt.
   *
   * @param since when it was taken, epoch µs of its host
   * @param holds what it occupies; null = not told
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  public record Attempt(
      SessionName session, TaskId id, int attempt, long since, @Nullable Holding holds) {
    /** One of which is not told what it occupies. */
    public Attempt(SessionName session, TaskId id, int attempt, long since) {
      this(session, id, attempt, since, null);
    }
  }

  /**
   * What an attempt occupies.
   *
   * @param milliCores cores, in thousandths
   * @param cores the numbers of these cores; of a core that it has in part, too
   * @param milliGpus GPUs, in thousandths
   * @param gpus the ids of these GPUs
   * @param memoryMb memory in MiB that is kept for it; 0 = none
   */
  @JsonInclude(JsonInclude.Include.NON_EMPTY)
  public record Holding(
      @JsonProperty("milli_cores") int milliCores,
      List<Integer> cores,
      @JsonProperty("milli_gpus") int milliGpus,
      List<String> gpus,
      @JsonProperty("memory_mb") long memoryMb,
      Map<String, Integer> named) {
    public Holding {
      cores = cores == null ? List.of() : List.copyOf(cores);
      gpus = gpus == null ? List.of() : List.copyOf(gpus);
      named = named == null ? Map.of() : Map.copyOf(named);
    }
  }

  /**
   * Processes that run one task after the other, or fork those that do, and are alike.
   *
   * @param pool what makes them alike, for people
   * @param busy how many of them run a task, or have forked one that does
   * @param idle how many wait for one
   * @param memoryMb what they held, together, after the last task of each, or its imports, MiB
   */
  public record Workers(
      String pool, int busy, int idle, @JsonProperty("memory_mb") long memoryMb) {}

  public AgentState {
    running = List.copyOf(running);
    passesOver = passesOver == null ? List.of() : List.copyOf(passesOver);
    workers = workers == null ? List.of() : List.copyOf(workers);
  }

  /** The heartbeat of an agent that has cores only, and passes over no lane. */
  public AgentState(
      AgentName agent,
      String state,
      @Nullable String resource,
      String host,
      long pid,
      int milliCores,
      int freeMilliCores,
      List<Attempt> running,
      int runningCount,
      @Nullable Long ends,
      long sent) {
    this(
        agent,
        state,
        resource,
        host,
        pid,
        milliCores,
        freeMilliCores,
        running,
        runningCount,
        ends,
        sent,
        List.of(),
        null,
        null,
        null,
        null,
        false,
        List.of());
  }

  /** All that it has for tasks. */
  public Capacity capacity() {
    return total == null ? Capacity.ofCores(milliCores) : total;
  }

  /** What of that no task occupies. */
  public Capacity unoccupied() {
    return free == null ? Capacity.ofCores(freeMilliCores) : free;
  }
}
