package io.qtau.cli;

import io.qtau.protocol.AgentState;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Who has what all pilots share, by the agents' last heartbeats. */
final class SharedUse {
  private SharedUse() {}

  /** Of what a task needs, in words: the resources of which all pilots have not enough left. */
  static List<String> inUse(Map<String, Integer> wanted, List<AgentState> agents) {
    List<String> inUse = new ArrayList<>();
    new TreeMap<>(wanted)
        .forEach(
            (name, count) -> {
              int total = total(name, agents);
              Map<String, Integer> users = users(name, agents);
              int used = users.values().stream().mapToInt(Integer::intValue).sum();
              if (count <= total && count > total - used) {
                inUse.add(words(name, total, used, users));
              }
            });
    return inUse;
  }

  /** 0 when it is not shared. */
  private static int total(String name, List<AgentState> agents) {
    return agents.stream()
        .map(AgentState::capacity)
        .filter(has -> has.shared().contains(name))
        .mapToInt(has -> has.count(name))
        .max()
        .orElse(0);
  }

  private static Map<String, Integer> users(String name, List<AgentState> agents) {
    Map<String, Integer> users = new TreeMap<>();
    for (AgentState agent : agents) {
      int held =
          agent.running().stream()
              .mapToInt(one -> one.holds() == null ? 0 : one.holds().named().getOrDefault(name, 0))
              .sum();
      if (held > 0) {
        users.put(agent.agent().toString(), held);
      }
    }
    return users;
  }

  private static String words(String name, int total, int used, Map<String, Integer> users) {
    return "%s in use of the %d %s that all pilots share (%s)"
        .formatted(
            used >= total ? "all are" : used == 1 ? "1 is" : used + " are",
            total,
            name,
            users.entrySet().stream()
                .map(user -> user.getKey() + ": " + user.getValue())
                .collect(Collectors.joining(", ")));
  }
}
