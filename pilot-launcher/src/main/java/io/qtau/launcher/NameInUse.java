package io.qtau.launcher;

import io.qtau.protocol.PilotName;

/** A pilot of that name lives. Another name, or the end of that pilot, helps. */
public final class NameInUse extends LaunchFailed {
  private static final long serialVersionUID = 1L;

  NameInUse(PilotName name) {
    super("a pilot named '" + name + "' is running; choose another name or stop it first");
  }
}
