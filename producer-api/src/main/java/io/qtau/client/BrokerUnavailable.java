package io.qtau.client;

/**
 * The broker does not answer, or takes no tasks for now. The same call may succeed later.
 *
 * <p>From a submit: unless {@link #uncertain()} says otherwise, the broker has the first {@link
 * #accepted()} tasks and no other.
 */
public final class BrokerUnavailable extends QTauException {
  private static final long serialVersionUID = 1L;
  private final int uncertain;

  BrokerUnavailable(String message, Throwable cause) {
    this(message, 0, 0, cause);
  }

  BrokerUnavailable(String message, long accepted, int uncertain, Throwable cause) {
    super(message, accepted, cause);
    this.uncertain = uncertain;
  }

  /**
   * How many tasks after the accepted ones the broker may have or not, since the connection broke
   * while it was asked to take them. The session knows them: its next submit or seal first brings
   * them in, once. Do not submit these again.
   */
  public int uncertain() {
    return uncertain;
  }

  BrokerUnavailable after(long acceptedBefore, int newUncertain) {
    return new BrokerUnavailable(
        String.valueOf(getMessage()),
        acceptedBefore,
        newUncertain,
        getCause() == null ? this : getCause());
  }
}
