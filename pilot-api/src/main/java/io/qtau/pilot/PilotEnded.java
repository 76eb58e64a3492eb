package io.qtau.pilot;

/** A pilot that was waited for has ended before it was ready; the message says how, and why. */
public final class PilotEnded extends Exception {
  private static final long serialVersionUID = 1L;
  private final transient PilotState state;

  PilotEnded(PilotState state, String place) {
    super(
        "the pilot %s is %s: %s; its files are in %s"
            .formatted(state.name(), state.phase(), state.reason(), place));
    this.state = state;
  }

  /** How it ended. */
  public PilotState state() {
    return state;
  }
}
