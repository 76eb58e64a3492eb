package io.qtau.client;

/** The broker does not know this user or password, or there is none. Trying again is useless. */
public final class CredentialRefused extends QTauException {
  private static final long serialVersionUID = 1L;

  CredentialRefused(String message, Throwable cause) {
    super(message, 0, cause);
  }
}
