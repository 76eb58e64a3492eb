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
   * @param life of the login that it has; null = it has the owner's
   */
  static PilotRecord come(
      @Nullable PilotRecord known,
      AgentName agent,
      String claims,
      @Nullable String life,
      AgentPresence told,
      long nowUs) {
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
            known == null || ended ? List.of() : known.lives(),
            known == null || ended ? nowUs : known.at())
        .with(life);
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
                order.pilot(),
                PilotStanding.ACTIVE,
                WhenItEnds.FAIL,
                null,
                List.of(),
                List.of(),
                nowUs)
            : known;
    if (known != null && isOfAnother(known, order, isThere)) {
      return known;
    }
    if (order.order() == LeaveOrder.Word.BEGIN) {
      return new PilotRecord(
              order.pilot(),
              PilotStanding.ACTIVE,
              order.whenItEnds() == null ? WhenItEnds.FAIL : order.whenItEnds(),
              order.ends(),
              List.of(),
              List.of(),
              nowUs)
          .with(order.life());
    }
    PilotStanding wanted =
        switch (order.order()) {
          case DRAIN -> PilotStanding.DRAINING;
          case STOP -> PilotStanding.STOPPING;
          case BEGIN, OVER, ENDED -> PilotStanding.ENDED;
        };
    PilotRecord told =
        new PilotRecord(
                before.pilot(),
                before.standing(),
                order.whenItEnds() == null ? before.whenItEnds() : order.whenItEnds(),
                order.ends() == null ? before.ends() : order.ends(),
                before.claims(),
                before.lives(),
                before.at())
            .with(order.life());
    return wanted.compareTo(before.standing()) > 0 ? told.in(wanted, nowUs) : told;
  }

  /** A new pilot does not begin while one of its name is there, nor is that one over. */
  private static boolean isOfAnother(
      PilotRecord known, LeaveOrder order, Predicate<String> isThere) {
    return switch (order.order()) {
      case BEGIN -> known.claims().stream().anyMatch(isThere);
      case OVER -> isAnotherStart(known, order) || known.claims().stream().anyMatch(isThere);
      case ENDED -> isAnotherStart(known, order);
      case DRAIN, STOP -> false;
    };
  }

  private static boolean isAnotherStart(PilotRecord known, LeaveOrder order) {
    return order.life() != null && !known.lives().contains(order.life());
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
