package io.qtau.protocol;

import java.util.Optional;

/** The names of queues. A queue and its address have the same name. */
public final class Addresses {
  /** Every name of QTau begins so. */
  public static final String ROOT = "qtau.";

  /** Where lanes begin; see {@link Lane}. */
  static final String TASK = "qtau.task.";

  private static final String RESULT = "qtau.result.";

  /** Tasks that agents have been running for long, one queue per agent. */
  public static final String CLAIM = "qtau.claim.";

  /** Results whose session is gone. */
  public static final String ORPHAN = "qtau.orphan";

  /** A copy of every result, while a collector is registered. */
  public static final String COLLECTOR = "qtau.collector";

  /** Tasks that killed their agents too often. */
  public static final String DEAD = "qtau.dead";

  /** Tasks whose deadline came first. */
  public static final String EXPIRED = "qtau.expired";

  /** Queued tasks that were cancelled. */
  public static final String CANCELED = "qtau.canceled";

  /** The table of lanes; last value by lane. */
  public static final String LANES = "qtau.lane";

  /** The table of sessions; last value by record. */
  public static final String SESSIONS = "qtau.session";

  /** The table of tombstones; last value by target. */
  public static final String CANCEL = "qtau.cancel";

  /** The table of agents' heartbeats; last value by agent. */
  public static final String PILOT_STATE = "qtau.pilot.state";

  /** Orders to the steward: registrations. */
  public static final String CONTROL_STEWARD = "qtau.control.steward";

  /** Requests for the broker's time. */
  public static final String CLOCK = "qtau.clock";

  private Addresses() {}

  /** Where the results of a session wait. */
  public static String result(SessionName session) {
    return RESULT + session;
  }

  /** The session whose results wait there; empty for any other address. */
  public static Optional<SessionName> sessionOfResults(String address) {
    if (!address.startsWith(RESULT)) {
      return Optional.empty();
    }
    try {
      return Optional.of(new SessionName(address.substring(RESULT.length())));
    } catch (InvalidField notASession) {
      return Optional.empty();
    }
  }

  /** Whether the address lies where only lanes may be. */
  public static boolean isTask(String address) {
    return address.startsWith(TASK);
  }

  /** Whether the address lies where only results may be. */
  public static boolean isResult(String address) {
    return address.startsWith(RESULT);
  }

  /** Where a pilot hears of orders and of the answers to its clock requests. */
  public static String control(PilotName pilot) {
    return "qtau.control." + pilot;
  }

  /** The queue of the tasks that an agent has been running for long. */
  public static String claim(AgentName agent) {
    return CLAIM + agent;
  }
}
