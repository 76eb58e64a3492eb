package io.qtau.agent;

import io.qtau.protocol.Capacity;
import io.qtau.protocol.Lane;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
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
    /** Get the units that are lacking, see {@link UnitCounts}: all else is free. */
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
  private final UnitCounts units;
  private final KeptSlots kept;

  /**
   * @param nanos a clock that only goes forward
   */
  Packer(SlotLedger ledger, LongSupplier nanos) {
    this.ledger = ledger;
    this.nanos = nanos;
    seats = new Seats(ledger, reservation);
    units = new UnitCounts(lock, ledger, reservation, nanos, this::change);
    kept = new KeptSlots(lock, ledger, reservation, seats, nanos);
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
      if (seats.areStopped()
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

  /** A place for {@link KeptSlots#awaitPart}, which takes no turn with others. */
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

  /** Nothing begins here any more: whoever waits for slots gives its task back. */
  void stop() {
    lock.lock();
    try {
      seats.stop();
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

  /** The slots that wait for a task. */
  KeptSlots kept() {
    return kept;
  }

  /** What of its slots an agent does not have for itself. */
  UnitCounts units() {
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
