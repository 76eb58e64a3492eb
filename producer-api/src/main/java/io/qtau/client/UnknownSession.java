package io.qtau.client;

/** The broker has no record of such a session: it never was, or it is over and has been pruned. */
public final class UnknownSession extends QTauException {
  private static final long serialVersionUID = 1L;

  UnknownSession(String message) {
    super(message, 0);
  }
}
