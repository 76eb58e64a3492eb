package io.qtau.agent;

import io.qtau.protocol.TaskKey;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The slots that are kept for one lane at a time, whose tasks narrower ones pass by. For the holder
 * of the {@link Packer}'s lock.
 */
final class Reservation {
  /** How long narrow tasks go before a wide one that does not fit. */
  static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

  /** The same with many lanes: a look costs a request to the broker. */
  private static final long PATIENCE_PER_LANE = TimeUnit.MILLISECONDS.toNanos(10);

  /** Whose task is being looked for; nothing is kept yet. */
  private @Nullable Seat looking;

  private @Nullable Seat holder;
  private @Nullable TaskKey task;

  /** Whose slots are kept; null = nobody's. */
  @Nullable Seat holder() {
    return holder;
  }

  /** Whose slots are kept, or will be if a task is found; null = nobody's. */
  @Nullable Seat favoured() {
    return holder == null ? looking : holder;
  }

  /** Whether slots are kept, or will be if a task is found. */
  boolean isPending() {
    return holder != null || looking != null;
  }

  /** The task that waits for them; null = none does now. */
  @Nullable TaskKey task() {
    return task;
  }

  /**
   * Whether a lane may take a task without having slots for it.
   *
   * @param lanes how many there are
   */
  boolean isDue(Seat seat, long now, int lanes) {
    if (holder != null || looking != null) {
      return holder == seat && looking == null;
    }
    return seat.passedBy && now >= dueAt(seat, lanes);
  }

  /** How long until that may be; {@link Long#MAX_VALUE} = it depends on others. */
  long nanosUntilDue(Seat seat, long now, int lanes) {
    return !seat.passedBy || holder != null || looking != null
        ? Long.MAX_VALUE
        : Math.max(1, dueAt(seat, lanes) - now);
  }

  private static long dueAt(Seat seat, int lanes) {
    return seat.blockedNanos + Math.max(PATIENCE, lanes * PATIENCE_PER_LANE);
  }

  /** This lane looks for a task. */
  void look(Seat seat) {
    looking = seat;
  }

  /** It has found one: slots are kept for that, unless they are for another lane; whether so. */
  boolean keep(Seat seat, TaskKey found) {
    looking = looking == seat ? null : looking;
    if (holder != null && holder != seat) {
      return false;
    }
    holder = seat;
    task = found;
    return true;
  }

  /** Its task has gone back, and may come again: the slots go on being kept. */
  void taskIsGone(TaskKey gone) {
    task = gone.equals(task) ? null : task;
  }

  /** Nothing is kept for this lane any more. */
  void end(Seat seat) {
    if (holder == seat || looking == seat) {
      seat.unblock();
    }
    holder = holder == seat ? null : holder;
    looking = looking == seat ? null : looking;
  }
}
