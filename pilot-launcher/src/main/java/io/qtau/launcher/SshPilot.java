package io.qtau.launcher;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * What this side knows of a pilot behind SSH, as a file in its directory here: another process can
 * ask for it and release it.
 *
 * @param agents by number
 * @param released whether it was
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record SshPilot(List<Agent> agents, boolean released) {
  static final String FILE = "ssh.json";

  /**
   * One agent.
   *
   * @param host {@code [user@]host[:port]}
   * @param site the pilot's directory on that host, absolute
   * @param pid its process there; null = it was not started
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Agent(int number, String host, String site, @Nullable Long pid) {
    /** Its own directory there. */
    String directory() {
      return site + "/" + AgentFiles.name(number);
    }

    SshAddress address() {
      return HostList.parse(host).get(0);
    }

    Agent started(long process) {
      return new Agent(number, host, site, process);
    }
  }

  SshPilot {
    agents = List.copyOf(agents);
  }

  /**
   * A pilot that is about to start.
   *
   * @param places where each agent is to run, by number
   * @param sites the pilot's directory on each host
   */
  static SshPilot placed(List<SshAddress> places, Map<SshAddress, String> sites) {
    List<Agent> agents = new ArrayList<>();
    for (SshAddress place : places) {
      String site = Objects.requireNonNull(sites.get(place));
      agents.add(new Agent(agents.size(), place.toString(), site, null));
    }
    return new SshPilot(agents, false);
  }

  static Optional<SshPilot> read(PilotDirectory directory) throws IOException {
    return directory.read(FILE, SshPilot.class);
  }

  void write(PilotDirectory directory) throws IOException {
    directory.write(FILE, this);
  }

  SshPilot with(List<Agent> changed) {
    List<Agent> all = new ArrayList<>(agents);
    changed.forEach(agent -> all.set(agent.number(), agent));
    return new SshPilot(all, released);
  }

  SshPilot ended() {
    return new SshPilot(agents, true);
  }

  Map<SshAddress, List<Agent>> byHost() {
    Map<SshAddress, List<Agent>> hosts = new LinkedHashMap<>();
    agents.forEach(
        agent -> hosts.computeIfAbsent(agent.address(), a -> new ArrayList<>()).add(agent));
    return hosts;
  }

  Set<Long> pids() {
    Set<Long> pids = new TreeSet<>();
    agents.stream().map(Agent::pid).filter(pid -> pid != null).forEach(pids::add);
    return Collections.unmodifiableSet(pids);
  }
}
