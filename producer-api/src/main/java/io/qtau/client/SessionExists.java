package io.qtau.client;

/** There is a session of this name already. Another name, or {@link QTau#session}, will do. */
public final class SessionExists extends QTauException {
  private static final long serialVersionUID = 1L;

  SessionExists(String message) {
    super(message, 0);
  }
}
