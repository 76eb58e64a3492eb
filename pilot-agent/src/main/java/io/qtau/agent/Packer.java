package io.qtau.agent;

import io.qtau.protocol.Capacity;
import io.qtau.protocol.Lane;
import io.qtau.protocol.TaskKey;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which lane takes next, and promises it slots: of those whose tasks fit what is free, the
 * highest priority first, then the widest, then the one that has waited longest.
 *
 * <p>A lane whose tasks do not fit for {@link Reservation#PATIENCE}, while narrower ones start on
 * what it lacks, takes one all the same, and slots are kept for that as they fall free. Others have
 * only what it cannot use. One lane at a time is so favoured.
 */
final class Packer {
  /** What a lane may do now. */
  enum Turn {
    /** Take a task: slots are promised for it. */
    GO,
    /** Take a task, and wait for its slots then: they are kept for it. */
    RESERVE,
    /** Get the units that are lacking, see {@link SharedUnits}: all else is free. */
    UNITS,
    /** Look whether there is a task, which goes back: units are for lanes that have some. */
    LOOK,
    /** Nothing yet. */
    WAIT
  }

  /** So many tasks of a lane follow each other while others wait. */
  private static final int MOST_IN_A_ROW = 8;

  private final ReentrantLock lock = new ReentrantLock();
  private final SlotLedger ledger;
  private final LongSupplier nanos;
  private final Reservation reservation = new Reservation();
  private final Seats seats;
  private final SharedUnits units;
  private boolean stopped;

  /**
   * @param nanos a clock that only goes forward
   */
  Packer(SlotLedger ledger, LongSupplier nanos) {
    this.ledger = ledger;
    this.nanos = nanos;
    seats = new Seats(ledger, reservation);
    units = new SharedUnits(lock, ledger, reservation, nanos, this::change);
  }

  Capacity total() {
    return ledger.total();
  }

  Capacity free() {
    lock.lock();
    try {
      seats.revokeStale(nanos.getAsLong());
      return ledger.free();
    } finally {
      lock.unlock();
    }
  }

  /**
   * A lane is there, and may have tasks.
   *
   * @param named the named resources behind its name
   */
  Seat open(Lane lane, Map<String, Integer> named) {
    lock.lock();
    try {
      Seat seat =
          new Seat(lane, Needs.of(lane, named, ledger.total()), total(), lock.newCondition());
      seats.add(seat);
      return seat;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing is taken from a lane any more. May be called again. */
  void close(Seat seat) {
    change(() -> seats.remove(seat));
  }

  /** What may let somebody go on. */
  private void change(Runnable what) {
    lock.lock();
    try {
      what.run();
      seats.wakeNext(nanos.getAsLong());
    } finally {
      lock.unlock();
    }
  }

  /** What a lane may do; waits a little for something. */
  Turn await(Seat seat, long mostMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
      seat.waiting = true;
      while (true) {
        long now = nanos.getAsLong();
        Seat next = seats.next(now);
        if (next == seat) {
          seats.promise(seat, now);
          return Turn.GO;
        }
        if (next != null) {
          next.turn.signal();
        }
        if (seats.lacksUnitsOnly(seat)) {
          return seat.filled ? Turn.UNITS : Turn.LOOK;
        }
        if (reservation.isDue(seat, now, seats.count())) {
          if (!ledger.named().lacking(seat.needs.named()).isEmpty()) {
            return Turn.UNITS;
          }
          reservation.look(seat);
          return Turn.RESERVE;
        }
        if (now >= end) {
          return Turn.WAIT;
        }
        long most = Math.min(end - now, seats.untilNews(seat, now));
        seat.looksNanos = now + most;
        seat.turn.awaitNanos(most);
      }
    } finally {
      seat.waiting = false;
      long now = nanos.getAsLong();
      seats.wakeNext(now);
      seats.keepWatch(now);
      lock.unlock();
    }
  }

  /**
   * Whether a task that is here already may start soon: it only has to fit, whoever's turn it is,
   * unless tasks of a higher priority wait.
   */
  boolean mayBegin(Seat seat, long mostMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      seat.here = true;
      long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
      while (true) {
        var unused = seats.next(nanos.getAsLong());
        if (seat.fits() && !seats.isOutranked(seat)) {
          return true;
        }
        long left = end - nanos.getAsLong();
        if (left <= 0 || seat.nudged) {
          return false;
        }
        seat.turn.awaitNanos(left);
      }
    } finally {
      seat.nudged = false;
      seat.here = false;
      lock.unlock();
    }
  }

  /** Ends a wait of {@link #mayBegin}: there is room for more tasks. */
  void nudge(Seat seat) {
    lock.lock();
    try {
      seat.nudged = true;
      seat.turn.signal();
    } finally {
      lock.unlock();
    }
  }

  /**
   * Whether a lane's next task may have the slots that one of its tasks leaves, before anybody else
   * gets them.
   */
  boolean goesOn(Seat seat) {
    lock.lock();
    try {
      if (stopped
          || reservation.isPending()
          || (seats.isAwaited(seat) && ++seat.inARow > MOST_IN_A_ROW)) {
        seat.inARow = 0;
        return false;
      }
      seats.served(seat);
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A pull has found a task: the slots that were promised for it, or else any; null = none. */
  @Nullable Grant came(Seat seat, long mostMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Grant grant = seat.promise;
      seat.promise = null;
      if (!seat.filled && !seat.revoked) {
        seat.unblock(); // It was not this task that waited.
      }
      seat.revoked = false;
      seat.filled = true;
      seat.here = grant == null;
      long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
      while (grant == null) {
        seats.revokeStale(nanos.getAsLong());
        grant = seats.fits(seat, nanos.getAsLong()) ? ledger.take(seat.needs) : null;
        long left = end - nanos.getAsLong();
        if (grant == null && (left <= 0 || seat.turn.awaitNanos(left) <= 0)) {
          return null;
        }
      }
      seats.served(seat);
      return grant;
    } finally {
      seat.here = false;
      lock.unlock();
    }
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
        if (now >= end || stopped) {
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
      while (wanted.getAsBoolean() && !stopped) {
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

  /** A place for {@link #awaitPart}, which takes no turn with others. */
  Seat part(Lane lane, Needs needs) {
    return new Seat(lane, needs, total(), lock.newCondition());
  }

  /** A pull has found no task, or none that starts here: nothing is promised or kept for it. */
  void empty(Seat seat) {
    change(() -> seats.empty(seat));
  }

  /** A task has come that starts without these slots, or not at all. */
  void unused(Seat seat) {
    change(() -> seats.forgo(seat));
  }

  /** The task that slots are kept for; null = none. */
  @Nullable TaskKey keptFor() {
    lock.lock();
    try {
      return reservation.task();
    } finally {
      lock.unlock();
    }
  }

  /** Nothing begins here any more: whoever waits for slots gives its task back. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      seats.wakeAll();
    } finally {
      lock.unlock();
    }
  }

  void release(Grant grant) {
    change(
        () -> {
          ledger.release(grant);
          units.released();
        });
  }

  /** What of its slots an agent does not have for itself. */
  SharedUnits units() {
    return units;
  }

  /** As {@link SlotLedger#exchange}. */
  @Nullable Grant exchange(Grant grant, Needs own) {
    lock.lock();
    try {
      if (grant.needs().equals(own)) {
        return grant;
      }
      Grant exchanged = ledger.exchange(grant, own);
      seats.wakeNext(nanos.getAsLong());
      return exchanged;
    } finally {
      lock.unlock();
    }
  }
}
