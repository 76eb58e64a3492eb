package io.qtau.agent;

import io.qtau.protocol.Lane;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;

/**
 * The lanes whose last task did not fit before this agent's end. It looks into them ever more
 * rarely: what goes back to a lane must not come here again at once, it is for others.
 */
final class PassedLanes {
  static final long FIRST_REST_US = 100_000;
  static final long LONGEST_REST_US = 5_000_000;

  private record Rest(long untilUs, long lengthUs) {}

  private final Map<Lane, Rest> rests = new ConcurrentHashMap<>();
  private final LongSupplier clockUs;

  PassedLanes(LongSupplier clockUs) {
    this.clockUs = clockUs;
  }

  /** Its task went back. */
  void passOver(Lane lane) {
    long now = clockUs.getAsLong();
    rests.merge(
        lane,
        new Rest(now + FIRST_REST_US, FIRST_REST_US),
        (before, first) -> {
          if (now < before.untilUs()) {
            return before; // It was taken before the rest began.
          }
          long length = Math.min(LONGEST_REST_US, 2 * before.lengthUs());
          return new Rest(now + length, length);
        });
  }

  /** Its task fits. */
  void tookFrom(Lane lane) {
    if (!rests.isEmpty()) {
      rests.remove(lane);
    }
  }

  boolean mayLook(Lane lane) {
    Rest rest = rests.isEmpty() ? null : rests.get(lane);
    return rest == null || clockUs.getAsLong() >= rest.untilUs();
  }

  List<String> told() {
    return rests.keySet().stream().map(Lane::address).sorted().toList();
  }
}
