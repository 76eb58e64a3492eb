package io.qtau.client;

/**
 * What a caller has to decide about, one subclass for each decision: try again ({@link
 * BrokerUnavailable}), or change something first (all others).
 */
public abstract sealed class QTauException extends Exception
    permits BrokerUnavailable,
        CredentialRefused,
        DuplicateTask,
        SessionExists,
        SessionInUse,
        TaskRefused,
        UnknownSession {
  private static final long serialVersionUID = 1L;
  private final long accepted;

  QTauException(String message, long accepted, Throwable cause) {
    super(message, cause);
    this.accepted = accepted;
  }

  QTauException(String message, long accepted) {
    super(message);
    this.accepted = accepted;
  }

  /**
   * How many tasks of the call that threw this the broker has on its disk for certain: the first so
   * many, in their order. 0 for calls that submit nothing.
   */
  public long accepted() {
    return accepted;
  }
}
