package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.GangNote;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The agents that were asked for nodes of one program, and what each has said since. All calls are
 * one thread's.
 */
final class GangMembers {
  /** Everybody answers every second. */
  private static final long UNWELL = TimeUnit.MILLISECONDS.toNanos(2500);

  /** What an agent ends by itself when its lease is over has ended by then. */
  private static final long ENDED = GangParts.LEASE + TimeUnit.SECONDS.toNanos(1);

  /** One of them. */
  static final class Member {
    private final AgentName agent;
    private long heardNanos = System.nanoTime();
    private GangNote.@Nullable Place place;
    private @Nullable String command;
    private boolean released;

    private Member(AgentName agent) {
      this.agent = agent;
    }

    AgentName agent() {
      return agent;
    }

    /** What it has given; null = nothing yet. */
    GangNote.@Nullable Place place() {
      return place;
    }

    /** Keeps what it gives; false when it had given that before. */
    boolean gives(GangNote.Place given) {
      boolean news = place == null;
      place = news ? given : place;
      return news;
    }

    /** What it has to run; null = nothing yet. */
    @Nullable String command() {
      return command;
    }

    void hasToRun(String text) {
      command = text;
    }

    boolean isReleased() {
      return released;
    }

    /** It has nothing of the program any more. */
    void release() {
      released = true;
    }

    private boolean isSilent(long nanos, long now) {
      return !released && now - heardNanos > nanos;
    }
  }

  private final Map<AgentName, Member> members = new HashMap<>();

  void add(AgentName agent) {
    members.put(agent, new Member(agent));
  }

  boolean has(AgentName agent) {
    return members.containsKey(agent);
  }

  void remove(AgentName agent) {
    members.remove(agent);
  }

  int count() {
    return members.size();
  }

  List<Member> all() {
    return List.copyOf(members.values());
  }

  /** One that says something now; null = it was not asked, or was forgotten. */
  @Nullable Member heard(AgentName agent) {
    Member member = members.get(agent);
    if (member != null) {
      member.heardNanos = System.nanoTime();
    }
    return member;
  }

  /** How many have given what they were asked for. */
  long given() {
    return members.values().stream().filter(member -> member.place != null).count();
  }

  /** Forgets those that have given nothing. */
  void keepGiven() {
    members.values().removeIf(member -> member.place == null);
  }

  /** What those that have given something give, by the numbers of the agents. */
  List<MpiNode> nodes() {
    List<MpiNode> nodes = new ArrayList<>();
    members.values().stream()
        .sorted(Comparator.comparing(member -> member.agent.number()))
        .forEach(
            member -> {
              GangNote.Place place = member.place;
              if (place != null) {
                nodes.add(
                    new MpiNode(
                        member.agent.toString(),
                        place.node(),
                        place.cpus(),
                        place.gpus(),
                        place.hasGpus()));
              }
            });
    return nodes;
  }

  /** Its node, in words; empty = it has given none. */
  String node(AgentName agent) {
    Member member = members.get(agent);
    return member == null || member.place == null ? "" : member.place.node();
  }

  /** Those that were not heard for a lease. */
  List<AgentName> silent() {
    long now = System.nanoTime();
    return members.values().stream()
        .filter(member -> member.isSilent(GangParts.LEASE, now))
        .map(Member::agent)
        .toList();
  }

  /** Who has not been heard for longest, and for too long to be well; null = all are. */
  @Nullable AgentName quietest() {
    long now = System.nanoTime();
    return members.values().stream()
        .filter(member -> member.isSilent(UNWELL, now))
        .min(Comparator.comparingLong(member -> member.heardNanos))
        .map(Member::agent)
        .orElse(null);
  }

  /** Whether nothing of the program is anywhere: as all have said, or not said for so long. */
  boolean areDone() {
    long now = System.nanoTime();
    return members.values().stream()
        .allMatch(member -> member.released || member.isSilent(ENDED, now));
  }
}
