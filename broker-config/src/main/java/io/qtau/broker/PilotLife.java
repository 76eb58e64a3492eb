package io.qtau.broker;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.LeaveOrder;
import io.qtau.protocol.PilotRecord;
import io.qtau.protocol.PilotStanding;
import io.qtau.protocol.WhenItEnds;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * What a pilot's line in the table becomes. A pilot ends when all its agents have taken their
 * leave, when it is said that none comes back, or when it has to leave and none has been there for
 * a while: an agent that is only cut off, or that restarts, has not left.
 */
final class PilotLife {
  /** An agent that has to leave, and was not there for so long, does not come back. */
  static final Duration SURE = Duration.ofSeconds(30);

  private PilotLife() {}

  /**
   * An agent has come.
   *
   * @param claims the queue of its claims, which is another one with each process
   */
  static PilotRecord come(
      @Nullable PilotRecord known, AgentName agent, String claims, AgentPresence told, long nowUs) {
    boolean ended = known == null || known.standing() == PilotStanding.ENDED;
    if (known != null && ended && known.claims().contains(claims)) {
      return known; // It was away, and reads there that its pilot has ended without it.
    }
    List<String> others = new ArrayList<>();
    if (known != null && !ended) {
      known.claims().stream().filter(other -> !isOf(agent, other)).forEach(others::add);
    }
    others.add(claims);
    return new PilotRecord(
        agent.pilot(),
        known == null || ended ? PilotStanding.ACTIVE : known.standing(),
        told.policy(),
        told.lasts() == null ? null : Long.valueOf(nowUs + told.lasts()),
        others,
        known == null || ended ? nowUs : known.at());
  }

  private static boolean isOf(AgentName agent, String claims) {
    return Addresses.agentOfClaims(claims).equals(Optional.of(agent));
  }

  /** An agent leaves for good; with the last one its pilot ends. */
  static PilotRecord leave(PilotRecord known, String claims, long nowUs) {
    if (!known.claims().contains(claims)) {
      return known;
    }
    List<String> left = known.claims().stream().filter(other -> !other.equals(claims)).toList();
    PilotRecord rest = known.with(left);
    return left.isEmpty() ? rest.in(PilotStanding.ENDED, nowUs) : rest;
  }

  /** A client's order. */
  static PilotRecord order(
      @Nullable PilotRecord known, LeaveOrder order, Predicate<String> isThere, long nowUs) {
    PilotRecord before =
        known == null
            ? new PilotRecord(
                order.pilot(), PilotStanding.ACTIVE, WhenItEnds.FAIL, null, List.of(), nowUs)
            : known;
    if (order.order() == LeaveOrder.Word.BEGIN) {
      if (before.claims().stream().anyMatch(isThere)) {
        return before; // It lives: there can be no other one of its name.
      }
      return new PilotRecord(
          order.pilot(),
          PilotStanding.ACTIVE,
          order.whenItEnds() == null ? WhenItEnds.FAIL : order.whenItEnds(),
          order.ends(),
          List.of(),
          nowUs);
    }
    PilotStanding wanted =
        switch (order.order()) {
          case DRAIN -> PilotStanding.DRAINING;
          case STOP -> PilotStanding.STOPPING;
          case BEGIN, ENDED -> PilotStanding.ENDED;
        };
    PilotRecord told =
        new PilotRecord(
            before.pilot(),
            before.standing(),
            order.whenItEnds() == null ? before.whenItEnds() : order.whenItEnds(),
            order.ends() == null ? before.ends() : order.ends(),
            before.claims(),
            before.at());
    return wanted.compareTo(before.standing()) > 0 ? told.in(wanted, nowUs) : told;
  }

  /**
   * Time has passed. A pilot that was told to leave before its first agent came waits for that.
   *
   * @param thereUs when an agent of it was connected last, as far as that is known
   */
  static PilotRecord look(PilotRecord known, long thereUs, long nowUs) {
    if (known.standing() == PilotStanding.ENDED || nowUs - thereUs <= SURE.toNanos() / 1000) {
      return known;
    }
    Long ends = known.ends();
    boolean late = ends != null && nowUs > ends;
    boolean told = known.standing() != PilotStanding.ACTIVE && !known.claims().isEmpty();
    return late || told ? known.in(PilotStanding.ENDED, nowUs) : known;
  }
}
