package io.qtau.launcher;

import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** There is no connection to a host; the message names host and port, and says what to do. */
final class SshFailure extends IOException {
  private static final long serialVersionUID = 1L;

  /** What is in the way. */
  enum Kind {
    /** Nobody answers there, or not in time. */
    UNREACHABLE,
    /** The server takes none of our keys. */
    LOGIN_REFUSED,
    /** The server's key is in no known_hosts file. */
    HOST_KEY_UNKNOWN,
    /** A known_hosts file has another key for the server. */
    HOST_KEY_CHANGED,
    /** A connection that was open is gone. */
    LOST
  }

  private final Kind kind;

  SshFailure(Kind kind, String message, @Nullable Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  Kind kind() {
    return kind;
  }

  /** Whether it may be different next time, without anybody's doing. */
  boolean mayPass() {
    return kind == Kind.UNREACHABLE || kind == Kind.LOST;
  }
}
