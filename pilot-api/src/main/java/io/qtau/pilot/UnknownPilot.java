package io.qtau.pilot;

/** There is no pilot of that name where it was looked for. */
public final class UnknownPilot extends Exception {
  private static final long serialVersionUID = 1L;

  UnknownPilot(String message) {
    super(message);
  }
}
