package io.qtau.launcher;

import io.qtau.launcher.AllocationState.Phase;
import io.qtau.launcher.SshAgents.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** What hosts say of many pilots: each host is asked once. */
record SshStates(SshHosts hosts) {
  /**
   * What a host has told.
   *
   * @param words the last ones of an agent that has ended by itself; null = there is none
   */
  private record Told(State state, @Nullable String words) {}

  Map<Allocation, AllocationState> of(Collection<Allocation> allocations)
      throws InterruptedException {
    Map<Allocation, AllocationState> states = new LinkedHashMap<>();
    Map<Allocation, SshPilot> pilots = new LinkedHashMap<>();
    for (Allocation allocation : allocations) {
      try {
        Optional<SshPilot> pilot = SshPilot.read(allocation.directory());
        boolean over = pilot.map(SshPilot::released).orElse(true);
        states.put(allocation, new AllocationState(over ? Phase.DONE : Phase.RUNNING, null));
        if (!over) {
          pilot.ifPresent(known -> pilots.put(allocation, known));
        }
      } catch (IOException e) {
        states.put(allocation, new AllocationState(Phase.FAILED, e.getMessage()));
      }
    }
    Map<SshAddress, SshHosts.Answer<Map<SshPilot.Agent, Told>>> told = ask(pilots.values());
    pilots.forEach((allocation, pilot) -> states.put(allocation, state(pilot, told)));
    return states;
  }

  private Map<SshAddress, SshHosts.Answer<Map<SshPilot.Agent, Told>>> ask(
      Collection<SshPilot> pilots) throws InterruptedException {
    Map<SshAddress, List<SshPilot.Agent>> agents = new LinkedHashMap<>();
    for (SshPilot pilot : pilots) {
      pilot
          .byHost()
          .forEach((host, own) -> agents.computeIfAbsent(host, h -> new ArrayList<>()).addAll(own));
    }
    return hosts.ask(
        agents.keySet(),
        host -> tell(new SshAgents(host), agents.getOrDefault(host.address(), List.of())));
  }

  private static Map<SshPilot.Agent, Told> tell(SshAgents host, List<SshPilot.Agent> agents)
      throws IOException, InterruptedException {
    List<State> states = host.states(agents);
    Map<SshPilot.Agent, Told> told = new HashMap<>();
    for (int i = 0; i < states.size(); i++) {
      State state = states.get(i);
      told.put(
          agents.get(i),
          new Told(state, state == State.ENDED ? host.lastWords(agents.get(i)) : null));
    }
    return told;
  }

  private static AllocationState state(
      SshPilot pilot, Map<SshAddress, SshHosts.Answer<Map<SshPilot.Agent, Told>>> hosts) {
    int living = 0;
    int left = 0;
    int ended = 0;
    String words = "";
    String silent = null;
    for (SshPilot.Agent agent : pilot.agents()) {
      SshHosts.Answer<Map<SshPilot.Agent, Told>> answer = hosts.get(agent.address());
      Told told = answer == null || answer.value() == null ? null : answer.value().get(agent);
      if (told == null) {
        silent = answer == null || answer.failure() == null ? null : answer.failure().getMessage();
      } else if (told.state() == State.ALIVE) {
        living++;
      } else if (told.state() == State.LEFT) {
        left++;
      } else {
        ended++;
        words = words.isEmpty() && told.words() != null ? told.words() : words;
      }
    }
    if (silent != null) {
      return new AllocationState(
          living > 0 ? Phase.RUNNING : Phase.UNKNOWN, "not all hosts can be asked: " + silent);
    }
    if (living == 0 && ended == 0 && left > 0) {
      return new AllocationState(Phase.DONE, null);
    }
    if (living == 0) {
      return new AllocationState(
          Phase.FAILED, words.isEmpty() ? "its agents ended without a word" : words);
    }
    return new AllocationState(
        Phase.RUNNING,
        ended == 0 ? null : ended + " of its " + (living + left + ended) + " agents ended");
  }
}
