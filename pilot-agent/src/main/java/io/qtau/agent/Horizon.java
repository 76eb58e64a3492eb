package io.qtau.agent;

import io.qtau.protocol.Lane;
import io.qtau.protocol.TaskDescription;
import java.time.Duration;
import java.util.List;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * How far ahead this agent may plan: it takes no task that cannot end before its allocation does.
 * What a task takes is its declared time-out, else what tasks of its name took here; a task of
 * which nothing is known is taken.
 */
final class Horizon {
  private static final Duration MOST_MARGIN = Duration.ofSeconds(10);

  private final LongSupplier clockUs;
  private final @Nullable Long lastUs;
  private final NameTimes times = new NameTimes();
  private final PassedLanes passed;

  /**
   * @param clockUs epoch µs
   * @param endsUs when the allocation ends, epoch µs; null = not known, and everything fits
   */
  Horizon(LongSupplier clockUs, @Nullable Long endsUs) {
    this.clockUs = clockUs;
    lastUs = endsUs == null ? null : endsUs - marginUs(clockUs.getAsLong(), endsUs);
    passed = new PassedLanes(clockUs);
  }

  /** What is needed to end processes and to give tasks back: a quarter of a short allocation. */
  private static long marginUs(long nowUs, long endsUs) {
    return Math.max(0, Math.min(MOST_MARGIN.toNanos() / 1000, (endsUs - nowUs) / 4));
  }

  /** When what still runs goes back, epoch µs; null = never. */
  @Nullable Long lastUs() {
    return lastUs;
  }

  /** Whether a task that starts now ends in time. If not, its lane is passed over for a while. */
  boolean fits(TaskDescription task, Lane lane) {
    Long last = lastUs;
    if (last == null) {
      return true;
    }
    if (clockUs.getAsLong() + neededUs(task) > last) {
      passed.passOver(lane);
      return false;
    }
    passed.tookFrom(lane);
    return true;
  }

  /** The lane's last task can never run here. */
  void passOver(Lane lane) {
    passed.passOver(lane);
  }

  private long neededUs(TaskDescription task) {
    Duration timeout = task.timeout();
    if (timeout != null) {
      return timeout.toNanos() / 1000;
    }
    String name = task.name();
    return name == null ? 0 : times.p90(name).orElse(0);
  }

  /** A task has ended by itself. */
  void ran(TaskDescription task, long durationUs) {
    String name = task.name();
    if (lastUs != null && name != null) {
      times.add(name, durationUs);
    }
  }

  /** Whether a lane is worth a look now. */
  boolean mayLook(Lane lane) {
    return passed.mayLook(lane);
  }

  /** The lanes that are passed over. */
  List<String> passesOver() {
    return passed.told();
  }
}
