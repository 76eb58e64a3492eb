package io.qtau.broker;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/** The senders that were seen, so that their names are read once. */
final class Senders {
  private static final int MOST = 10_000;
  private final Map<String, Sender> known = new ConcurrentHashMap<>();

  Sender of(@Nullable String user) {
    if (user == null) {
      return Sender.of(null);
    }
    Sender seen = known.get(user);
    if (seen == null) {
      if (known.size() >= MOST) {
        known.clear(); // Pilots come and go for months.
      }
      seen = Sender.of(user);
      known.put(user, seen);
    }
    return seen;
  }
}
