package io.qtau.cli;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import org.jspecify.annotations.Nullable;

/**
 * What a person names on the command line: {@code SESSION} or {@code SESSION/ID}.
 *
 * @param id null = all of the session
 */
record TaskRef(SessionName session, @Nullable TaskId id) {
  /** Reads it; a name that is none is bad input. */
  static TaskRef parse(String text) {
    int slash = text.indexOf('/');
    return slash < 0
        ? new TaskRef(new SessionName(text), null)
        : new TaskRef(
            new SessionName(text.substring(0, slash)), new TaskId(text.substring(slash + 1)));
  }

  @Nullable String idText() {
    return id == null ? null : id.value();
  }
}
