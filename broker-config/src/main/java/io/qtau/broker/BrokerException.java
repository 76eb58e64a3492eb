package io.qtau.broker;

/** A broker that did not start. The message says which step, and what to do. */
public final class BrokerException extends Exception {
  private static final long serialVersionUID = 1L;

  /** What stands in the way. */
  public enum Kind {
    /** Another broker has the data directory. */
    DATA_IN_USE,
    /** Another process listens on the port. */
    PORT_IN_USE,
    /** The data were written by another version. */
    OTHER_VERSION,
    /** The journal cannot be read. */
    CORRUPT,
    /** Anything else. */
    FAILED
  }

  private final Kind kind;

  public BrokerException(Kind kind, String message) {
    super(message);
    this.kind = kind;
  }

  public BrokerException(Kind kind, String message, Throwable cause) {
    super(message, cause);
    this.kind = kind;
  }

  /** What stands in the way. */
  public Kind kind() {
    return kind;
  }
}
