package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;
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
 * @param passesOver lanes of which the last task that it saw would not have ended before it does
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
    @JsonProperty("passes_over") List<String> passesOver) {

  /**
   * A running attempt.
   *
   * @param since when it was taken, epoch µs of its host
   */
  public record Attempt(SessionName session, TaskId id, int attempt, long since) {}

  public AgentState {
    running = List.copyOf(running);
    passesOver = passesOver == null ? List.of() : List.copyOf(passesOver);
  }

  /** The heartbeat of an agent that passes over no lane. */
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
        List.of());
  }
}
