package io.qtau.protocol;

import java.util.Optional;
import java.util.regex.Pattern;

/** The names of queues. A queue and its address have the same name. */
public final class Addresses {
  /** Every name of QTau begins so. */
  public static final String ROOT = "qtau.";

  /** Where lanes begin; see {@link Lane}. */
  static final String TASK = "qtau.task.";

  private static final String RESULT = "qtau.result.";

  private static final String CLAIM = "qtau.claim.";
  private static final Pattern LIFE = Pattern.compile("[0-9a-f]{8}");

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

  /** The table of the steward's answers to orders; last value by token. */
  public static final String ANSWERS = "qtau.answer";

  /** The table of agents' heartbeats; last value by agent. */
  public static final String PILOT_STATE = "qtau.pilot.state";

  /** The table of pilots, and what they have been told; last value by pilot. */
  public static final String PILOTS = "qtau.pilot";

  /** Orders to the steward: registrations. */
  public static final String CONTROL_STEWARD = "qtau.control.steward";

  /** Where agents say that they have come, and that they leave. */
  public static final String PRESENCE = "qtau.presence";

  /** What all pilots share: one record, {@link SiteResources}. */
  public static final String SITE = "qtau.site";

  /** One message for each unit of what all pilots share that nobody has. */
  public static final String UNITS = "qtau.unit";

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

  /** Where all lanes of a pilot's own pool lie. */
  public static String lanesOf(PilotName pilot) {
    return TASK + pilot;
  }

  /** Where the claims of all agents of a pilot lie. */
  public static String claimsOf(PilotName pilot) {
    return CLAIM + pilot;
  }

  /** Where a pilot hears of orders and of the answers to its clock requests. */
  public static String control(PilotName pilot) {
    return "qtau.control." + pilot;
  }

  /** Where the agents of a pilot talk to each other of programs on several of their nodes. */
  public static String gangs(PilotName pilot) {
    return "qtau.gang." + pilot;
  }

  /**
   * The queue of the tasks that an agent has been running for long.
   *
   * @param life 8 hex digits, new with each process: a later one of the same name runs none of them
   */
  public static String claim(AgentName agent, String life) {
    return CLAIM + agent + "." + life;
  }

  /** Whether the address lies where only claims may be. */
  public static boolean isClaim(String address) {
    return address.startsWith(CLAIM);
  }

  /** The agent whose claims wait there; empty for any other address. */
  public static Optional<AgentName> agentOfClaims(String address) {
    int dot = address.lastIndexOf('.');
    if (!isClaim(address)
        || dot < CLAIM.length()
        || !LIFE.matcher(address.substring(dot + 1)).matches()) {
      return Optional.empty();
    }
    try {
      return Optional.of(AgentName.parse(address.substring(CLAIM.length(), dot)));
    } catch (InvalidField notAnAgent) {
      return Optional.empty();
    }
  }
}
