package io.qtau.launcher;

import org.jspecify.annotations.Nullable;

/** A pilot could not be started or ended; the message has the resource's own words. */
public class LaunchFailed extends Exception {
  private static final long serialVersionUID = 1L;

  static LaunchFailed toStop(Allocation pilot, String why, Exception cause) {
    return new LaunchFailed("cannot stop pilot '" + pilot.name() + "': " + why, cause);
  }

  public LaunchFailed(String message) {
    this(message, null);
  }

  public LaunchFailed(String message, @Nullable Throwable cause) {
    super(message, cause);
  }
}
