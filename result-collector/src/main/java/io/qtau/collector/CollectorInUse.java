package io.qtau.collector;

import java.io.IOException;

/** Another collector fetches the copies of results: two would have half of them each. */
public final class CollectorInUse extends IOException {
  private static final long serialVersionUID = 1L;

  CollectorInUse(Throwable cause) {
    super(
        "another collector is at work on this broker; stop it first, or let it go on alone", cause);
  }
}
