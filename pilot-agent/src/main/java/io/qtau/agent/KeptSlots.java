package io.qtau.agent;

import io.qtau.protocol.TaskKey;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Slots that are kept as they fall free, until there are enough for one task that waits for them.
 * Under the lock of the {@link Packer}.
 */
final class KeptSlots {
  private final Lock lock;
  private final SlotLedger ledger;
  private final Reservation reservation;
  private final Seats seats;
  private final LongSupplier nanos;

  KeptSlots(
      Lock lock, SlotLedger ledger, Reservation reservation, Seats seats, LongSupplier nanos) {
    this.lock = lock;
    this.ledger = ledger;
    this.reservation = reservation;
    this.seats = seats;
    this.nanos = nanos;
  }

  /**
   * Whether narrower tasks have started on what the task that is here lacks: after it had come, or
   * while it was on its way, which took longer than its slots were promised.
   */
  boolean isPassedBy(Seat seat) {
    lock.lock();
    try {
      return seat.passedBy;
    } finally {
      lock.unlock();
    }
  }

  /**
   * The slots that were kept for a task that has come; null = they have not fallen free in this
   * time, and go on being kept.
   *
   * @param task whom they are kept for
   */
  @Nullable Grant awaitReserved(Seat seat, TaskKey task, long mostMillis)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      seat.filled = true;
      if (!ledger.named().lacking(seat.needs.named()).isEmpty() || !reservation.keep(seat, task)) {
        return null;
      }
      long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
      seats.revokeStale(nanos.getAsLong());
      while (!ledger.fits(seat.needs)) {
        long now = nanos.getAsLong();
        if (now >= end || seats.areStopped()) {
          return null;
        }
        seat.turn.awaitNanos(Math.min(end - now, seats.untilStale(now)));
        seats.revokeStale(nanos.getAsLong());
      }
      reservation.end(seat);
      seats.served(seat);
      return ledger.take(seat.needs);
    } finally {
      reservation.taskIsGone(task);
      seats.wakeNext(nanos.getAsLong());
      lock.unlock();
    }
  }

  /**
   * Slots for a part of a program on several nodes: they are kept as they fall free, as soon as
   * none are kept for another task.
   *
   * @param wanted whether they still are
   * @return null = nothing begins here any more, or they are not wanted
   */
  @Nullable Grant awaitPart(Seat seat, TaskKey task, BooleanSupplier wanted)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (wanted.getAsBoolean() && !seats.areStopped()) {
        seats.revokeStale(nanos.getAsLong());
        boolean kept = reservation.keep(seat, task);
        if (kept ? ledger.fits(seat.needs) : seats.fits(seat)) {
          seats.served(seat);
          return ledger.take(seat.needs);
        }
        seat.turn.awaitNanos(Seats.PULL);
      }
      return null;
    } finally {
      reservation.end(seat);
      reservation.taskIsGone(task);
      seats.wakeNext(nanos.getAsLong());
      lock.unlock();
    }
  }

  /** The task that slots are kept for; null = none. */
  @Nullable TaskKey task() {
    lock.lock();
    try {
      return reservation.task();
    } finally {
      lock.unlock();
    }
  }
}
