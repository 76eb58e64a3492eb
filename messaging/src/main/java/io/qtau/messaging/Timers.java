package io.qtau.messaging;

import java.time.Duration;

/** The timers of a connection, one constant each. */
public final class Timers {
  /** After so long without a sign of life the broker takes a client for gone. */
  public static final Duration CONNECTION_TTL = Duration.ofSeconds(6);

  /** So often a client looks whether its broker still lives. */
  public static final Duration FAILURE_CHECK = Duration.ofSeconds(2);

  /** So long a blocking call waits for its answer. */
  public static final Duration CALL_TIMEOUT = Duration.ofSeconds(10);

  /** So long after a lost connection the first new one is tried, and each further one. */
  public static final Duration RECONNECT = Duration.ofMillis(100);

  /** So often an agent says that it lives. */
  public static final Duration HEARTBEAT = Duration.ofSeconds(2);

  private Timers() {}
}
