package io.qtau.pilot;

import io.qtau.launcher.PilotPhase;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.PilotName;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where a pilot stands: what its agents say comes first, what its resource says second.
 *
 * @param phase as far as it has ever come
 * @param reason why it waits, or how it ended, in others' words; null = there is none
 * @param resource the URL that it was started with; null = its agents do not say
 * @param allocation the scheduler's name of its allocation; null = there is no scheduler, or
 *     another home has started it
 * @param nodes how many agents it should have; null = another home has started it
 * @param degraded whether it is up and some of its agents are missing
 * @param ends when its allocation ends; null = not known
 * @param agents the last heartbeats of those that live, by number
 */
public record PilotState(
    PilotName name,
    PilotPhase phase,
    @Nullable String reason,
    @Nullable String resource,
    @Nullable String allocation,
    @Nullable Integer nodes,
    boolean degraded,
    @Nullable Instant ends,
    List<AgentState> agents) {
  public PilotState {
    agents = List.copyOf(agents);
  }

  /** Whether all its agents take tasks, or end those that they have. */
  public boolean isReady() {
    return phase.isUp() && !degraded;
  }
}
