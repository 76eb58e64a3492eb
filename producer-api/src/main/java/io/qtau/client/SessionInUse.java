package io.qtau.client;

/** Another reader takes the session's results at this moment; one reader owns a session. */
public final class SessionInUse extends QTauException {
  private static final long serialVersionUID = 1L;

  SessionInUse(String message) {
    super(message, 0);
  }
}
