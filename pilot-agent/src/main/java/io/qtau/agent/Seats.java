package io.qtau.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The lanes that take turns: who goes next, what is promised to whom, and who has been passed by.
 * For the holder of the {@link Packer}'s lock.
 */
final class Seats {
  /** Nobody waits longer for what a pull may bring. */
  static final long PULL = TimeUnit.MILLISECONDS.toNanos(20);

  private final SlotLedger ledger;
  private final Reservation reservation;
  private final Order order = new Order();
  private final List<Seat> all = new ArrayList<>();
  private long starts;
  private boolean stopped;

  Seats(SlotLedger ledger, Reservation reservation) {
    this.ledger = ledger;
    this.reservation = reservation;
  }

  void add(Seat seat) {
    all.add(seat);
  }

  void remove(Seat seat) {
    all.remove(seat);
    forgo(seat);
  }

  int count() {
    return all.size();
  }

  /** Who goes next of those that wait; null = nobody of them. */
  @Nullable Seat next(long now) {
    revokeStale(now);
    all.forEach(seat -> fits(seat, now));
    return order.next(all);
  }

  /** Whether its tasks fit now; since when they do not is noted. */
  boolean fits(Seat seat, long now) {
    boolean fits = fits(seat);
    if (fits) {
      seat.unblock();
    } else if (seat.blockedNanos == 0) {
      seat.blockedNanos = Math.max(1, now);
    }
    return fits;
  }

  /** Whether its tasks fit beside what is kept for others. */
  boolean fits(Seat seat) {
    Seat kept = reservation.holder();
    if (kept == null || kept == seat) {
      return ledger.fits(seat.needs);
    }
    return ledger.fitsBeside(seat.needs, kept.needs);
  }

  /** Whether it lacks nothing but units that all pilots share. */
  boolean lacksUnitsOnly(Seat seat) {
    Seat kept = reservation.holder();
    return ledger.lacksUnitsOnly(
        seat.needs, kept == null || kept == seat ? Needs.NOTHING : kept.needs);
  }

  /** Slots for the pull that begins. */
  void promise(Seat seat, long now) {
    seat.promise = ledger.take(seat.needs);
    seat.promisedNanos = now;
    seat.revoked = false;
    seat.unblock();
  }

  /**
   * Sees to it that somebody looks when a promise is stale. Those that wait have fallen asleep
   * before it was given, and where it was all that was free, nothing else wakes them.
   */
  void keepWatch(long now) {
    long left = untilStale(now);
    Seat sleeper = null;
    for (Seat seat : all) {
      if (seat.waiting && seat.looksNanos - now <= left) {
        return;
      }
      sleeper = seat.waiting ? seat : sleeper;
    }
    if (sleeper != null) {
      sleeper.turn.signal();
    }
  }

  /** Takes back what pulls were promised that have brought nothing. */
  void revokeStale(long now) {
    for (Seat seat : all) {
      Grant promise = seat.promise;
      if (promise != null && now - seat.promisedNanos >= PULL) {
        seat.filled = false;
        seat.revoked = true;
        seat.promise = null;
        ledger.release(promise);
      }
    }
  }

  /** How long until something changes by itself. */
  long untilNews(Seat seat, long now) {
    return Math.min(untilStale(now), reservation.nanosUntilDue(seat, now, all.size()));
  }

  /** How long until the first promise is stale. */
  long untilStale(long now) {
    long most = Long.MAX_VALUE;
    for (Seat other : all) {
      if (other.promise != null) {
        most = Math.max(1, Math.min(most, other.promisedNanos + PULL - now));
      }
    }
    return most;
  }

  /** Wakes who goes next, and who has a task here that fits. */
  void wakeNext(long now) {
    Seat next = next(now);
    if (next != null) {
      next.turn.signal();
    }
    Seat kept = reservation.holder();
    if (kept != null && ledger.fits(kept.needs)) {
      kept.turn.signal();
    }
    for (Seat seat : all) {
      if (seat.here && seat.fits()) {
        seat.turn.signal();
      }
    }
  }

  /** Nothing begins here any more. */
  void stop() {
    stopped = true;
    all.forEach(seat -> seat.turn.signal());
  }

  boolean areStopped() {
    return stopped;
  }

  /** Whether tasks of a higher priority could start instead. */
  boolean isOutranked(Seat seat) {
    return order.isOutranked(seat, all);
  }

  /** Whether another lane had a task at its last look. */
  boolean isAwaited(Seat seat) {
    for (Seat other : all) {
      if (other != seat && other.filled) {
        return true;
      }
    }
    return false;
  }

  /** One of its tasks starts. */
  void served(Seat seat) {
    seat.served = ++starts;
    for (Seat other : all) {
      if (!other.fits() && other.share > seat.share && ledger.contend(other.needs, seat.needs)) {
        other.passedBy = true;
        other.turn.signal(); // It has to look at the clock now.
      }
    }
    order.came(seat);
  }

  /** Its last look has found nothing. */
  void empty(Seat seat) {
    seat.filled = false;
    seat.revoked = false;
    order.empty(seat);
    forgo(seat);
  }

  /** Nothing is promised or kept for it any more. */
  void forgo(Seat seat) {
    Grant promise = seat.promise;
    if (promise != null) {
      seat.promise = null;
      ledger.release(promise);
    }
    reservation.end(seat);
  }
}
