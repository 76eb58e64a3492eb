package io.qtau.protocol;

/** The names of message properties. All values are scalars; integers may come in any width. */
public final class Properties {
  public static final String VERSION = "qtau_v";
  public static final String SESSION = "qtau_session";
  public static final String ID = "qtau_id";
  public static final String KIND = "qtau_kind";
  public static final String ATTEMPT = "qtau_attempt";
  public static final String LOSSES = "qtau_losses";
  public static final String REPLAY = "qtau_replay";

  /** The broker's stamp of the first copy, epoch µs. */
  public static final String ACCEPTED_US = "qtau_accepted_us";

  /** How many executions have failed or run into their time-out; on copies. */
  public static final String FAILURES = "qtau_failures";

  /**
   * How long a copy shall rest before its next attempt, ms: the broker counts from its arrival, so
   * that no other clock matters.
   */
  public static final String REST_MS = "qtau_rest_ms";

  /** Before when it does not start, by the broker's clock, epoch µs; on a copy that rests. */
  public static final String NOT_BEFORE_US = "qtau_not_before_us";

  /**
   * True on a copy that should rest but lies in its lane: the broker keeps too many others until
   * their time.
   */
  public static final String RESTS_IN_LANE = "qtau_rests_in_lane";

  /** Until when it may start, epoch µs; on claims, which do not expire. */
  public static final String DEADLINE_US = "qtau_deadline_us";

  /**
   * The queue of an agent's claims, on a request for the time: it is made before the request is let
   * in.
   */
  public static final String CLAIMS = "qtau_claims";

  /** Where the attempt of a claim runs: its host. */
  public static final String HOST = "qtau_host";

  /** The file on that host which has the standard error of a program. */
  public static final String STDERR = "qtau_stderr";

  /** Which agents were lost with a task: {@link Losses} as JSON. */
  public static final String LOST_WITH = "qtau_lost_with";

  /** The lane that a claim was taken from. */
  public static final String LANE = "qtau_lane";

  /** True when its next attempt starts only after its claim is committed. */
  public static final String CLAIM_FIRST = "qtau_claim_first";

  public static final String STATUS = "qtau_status";
  public static final String PILOT = "qtau_pilot";

  /** When the client sent it, epoch µs; on tasks of our own clients. */
  public static final String SUBMITTED_US = "qtau_submitted_us";

  /** The token of a collector's order, where the steward answers it. */
  public static final String ORDER = "qtau_order";

  /** The key of {@link Addresses#LANES}. */
  public static final String LANE_KEY = "lane";

  /** The key of {@link Addresses#SESSIONS}. */
  public static final String RECORD_KEY = "record";

  /** The key of {@link Addresses#PILOT_STATE}. */
  public static final String AGENT_KEY = "agent";

  /** The key of {@link Addresses#PILOTS}. */
  public static final String PILOT_KEY = "pilot";

  /** On a message of {@link Addresses#UNITS}: of which resource it is one. */
  public static final String UNIT_KEY = "unit";

  /** The key of {@link Addresses#CANCEL}. */
  public static final String TARGET_KEY = "target";

  /** The key of {@link Addresses#ANSWERS}. */
  public static final String ANSWER_KEY = "answer";

  /** On an order to the steward: it is a {@link CancelOrder} of this token. */
  public static final String CANCEL_TOKEN = "qtau_cancel";

  /** On an order to the steward: it is a {@link SurveyOrder} of this token. */
  public static final String SURVEY_TOKEN = "qtau_survey";

  /** On an order to the steward: it is a {@link StealOrder} of this token. */
  public static final String STEAL_TOKEN = "qtau_steal";

  /** On an order to the steward: it is an {@link AdmitOrder} of this token. */
  public static final String ADMIT_TOKEN = "qtau_admit";

  /** On an order to the steward: it is a {@link DismissOrder} of this token. */
  public static final String DISMISS_TOKEN = "qtau_dismiss";

  /** On an order to the steward: it is a {@link LeaveOrder} of this token. */
  public static final String LEAVE_TOKEN = "qtau_leave";

  /** On what agents of a pilot say to each other: whom it is for, an agent or {@code all}. */
  public static final String TO = "qtau_to";

  /** On a task whose own pilot has ended: the pool that it waits in since, {@code shared}. */
  public static final String POOL = "qtau_pool";

  /** The broker drops a second message of the same value. */
  public static final String DUPLICATE_ID = "_AMQ_DUPL_ID";

  /** The broker's own stamp, epoch ms. */
  public static final String INGRESS_MS = "_AMQ_INGRESS_TIMESTAMP";

  /** Tells AMQP clients what the body is. */
  public static final String CONTENT_TYPE = "JMS_AMQP_ContentType";

  /** The version of the wire format. */
  public static final int CURRENT_VERSION = 1;

  private Properties() {}
}
