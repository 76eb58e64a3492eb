package io.qtau.agent;

import io.qtau.protocol.Capacity;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Priority;
import io.qtau.protocol.TaskKey;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.LongSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Decides which lane takes next, and promises it slots: of those whose tasks fit what is free, the
 * highest priority first, then the widest, then the one that has waited longest.
 *
 * <p>A lane whose tasks do not fit for {@link #PATIENCE}, while narrower ones start on what it
 * lacks, takes one all the same, and slots are kept for that as they fall free. Others have only
 * what it cannot use. One lane at a time is so favoured.
 */
final class Packer {
  /** What a lane may do now. */
  enum Turn {
    /** Take a task: slots are promised for it. */
    GO,
    /** Take a task, and wait for its slots then: they are kept for it. */
    RESERVE,
    /** Nothing yet. */
    WAIT
  }

  /** How long narrow tasks go before a wide one that does not fit. */
  static final long PATIENCE = TimeUnit.SECONDS.toNanos(2);

  /** The same with many lanes: a look costs a request to the broker. */
  private static final long PATIENCE_PER_LANE = TimeUnit.MILLISECONDS.toNanos(10);

  /** Nobody waits longer for what a pull may bring. */
  private static final long PULL = TimeUnit.MILLISECONDS.toNanos(20);

  private final ReentrantLock lock = new ReentrantLock();
  private final SlotLedger ledger;
  private final LongSupplier nanos;
  private final Turns turns = new Turns();
  private final List<Seat> seats = new ArrayList<>();
  private Map<Priority, Integer> ranks = turns.ranks();
  private @Nullable Seat reserved;
  private @Nullable Seat looking;
  private @Nullable TaskKey keptFor;
  private boolean stopped;
  private long starts;

  /**
   * @param nanos a clock that only goes forward
   */
  Packer(SlotLedger ledger, LongSupplier nanos) {
    this.ledger = ledger;
    this.nanos = nanos;
  }

  Capacity total() {
    return ledger.total();
  }

  Capacity free() {
    lock.lock();
    try {
      revokeStale(nanos.getAsLong());
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
    lock.lock();
    try {
      seats.remove(seat);
      forgo(seat);
      wakeNext();
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
        Seat next = next(now);
        if (next == seat) {
          seat.promise = ledger.take(seat.needs);
          seat.promisedNanos = now;
          seat.unblock();
          return Turn.GO;
        }
        if (next != null) {
          next.turn.signal();
        }
        if (mayReserve(seat, now)) {
          looking = seat;
          return Turn.RESERVE;
        }
        if (now >= end) {
          return Turn.WAIT;
        }
        seat.turn.awaitNanos(Math.min(end - now, untilNews(seat, now)));
      }
    } finally {
      seat.waiting = false;
      wakeNext();
      lock.unlock();
    }
  }

  /** Who goes next, of those that wait: nobody, when others go before them. */
  private @Nullable Seat next(long now) {
    revokeStale(now);
    ranks = turns.ranks();
    Seat first = null;
    for (Seat seat : seats) {
      boolean fits = fits(seat);
      note(seat, fits, now);
      if (fits && seat.filled && (first == null || isBefore(seat, first))) {
        first = seat;
      }
    }
    Seat best = null;
    for (Seat seat : seats) {
      if (seat.waiting
          && seat.blockedNanos == 0
          && (first == null || !isBefore(first, seat))
          && (best == null || goesBefore(seat, best))) {
        best = seat;
      }
    }
    return best;
  }

  private static void note(Seat seat, boolean fits, long now) {
    if (fits) {
      seat.unblock();
    } else if (seat.blockedNanos == 0) {
      seat.blockedNanos = Math.max(1, now);
    }
  }

  private boolean isBefore(Seat one, Seat other) {
    int rank = ranks.getOrDefault(one.lane.priority(), 0);
    int otherRank = ranks.getOrDefault(other.lane.priority(), 0);
    return rank > otherRank || (rank == otherRank && one.share > other.share);
  }

  private boolean goesBefore(Seat one, Seat other) {
    return isBefore(one, other) || (!isBefore(other, one) && (one.served < other.served));
  }

  private boolean fits(Seat seat) {
    Seat kept = reserved;
    if (kept == null || kept == seat) {
      return ledger.fits(seat.needs);
    }
    return ledger.fitsBeside(seat.needs, kept.needs);
  }

  private boolean mayReserve(Seat seat, long now) {
    if (reserved != null || looking != null) {
      return reserved == seat && looking == null;
    }
    return seat.passedBy && now - seat.blockedNanos >= patience();
  }

  private long patience() {
    return Math.max(PATIENCE, seats.size() * PATIENCE_PER_LANE);
  }

  private long untilNews(Seat seat, long now) {
    long most = Long.MAX_VALUE;
    for (Seat other : seats) {
      if (other.promise != null) {
        most = Math.max(1, Math.min(most, other.promisedNanos + PULL - now));
      }
    }
    return !seat.passedBy || reserved != null || looking != null
        ? most
        : Math.max(1, Math.min(most, seat.blockedNanos + patience() - now));
  }

  private void revokeStale(long now) {
    for (Seat seat : seats) {
      Grant promise = seat.promise;
      if (promise != null && now - seat.promisedNanos >= PULL) {
        seat.filled = false;
        seat.promise = null;
        ledger.release(promise);
      }
    }
  }

  private void wakeNext() {
    Seat next = next(nanos.getAsLong());
    if (next != null) {
      next.turn.signal();
    }
    for (Seat seat : seats) {
      if (seat.here && seat.blockedNanos == 0) {
        seat.turn.signal();
      }
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
        var unused = next(nanos.getAsLong());
        if (seat.blockedNanos == 0 && !isOutranked(seat)) {
          return true;
        }
        long left = end - nanos.getAsLong();
        if (left <= 0) {
          return false;
        }
        seat.turn.awaitNanos(left);
      }
    } finally {
      seat.here = false;
      lock.unlock();
    }
  }

  private boolean isOutranked(Seat seat) {
    int own = ranks.getOrDefault(seat.lane.priority(), 0);
    for (Seat other : seats) {
      if (other.filled
          && other.blockedNanos == 0
          && ranks.getOrDefault(other.lane.priority(), 0) > own) {
        return true;
      }
    }
    return false;
  }

  /** A pull has found a task: the slots that were promised for it, or else any; null = none. */
  @Nullable Grant came(Seat seat, long mostMillis) throws InterruptedException {
    lock.lockInterruptibly();
    try {
      Grant grant = seat.promise;
      seat.promise = null;
      if (!seat.filled) {
        seat.unblock(); // It was not this task that waited.
      }
      seat.filled = true;
      seat.here = grant == null;
      long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
      while (grant == null) {
        revokeStale(nanos.getAsLong());
        boolean fits = fits(seat);
        note(seat, fits, nanos.getAsLong());
        grant = fits ? ledger.take(seat.needs) : null;
        long left = end - nanos.getAsLong();
        if (grant == null && (left <= 0 || seat.turn.awaitNanos(left) <= 0)) {
          return null;
        }
      }
      served(seat);
      return grant;
    } finally {
      seat.here = false;
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
      looking = looking == seat ? null : looking;
      seat.filled = true;
      if (reserved != null && reserved != seat) {
        return null;
      }
      reserved = seat;
      keptFor = task;
      long end = nanos.getAsLong() + TimeUnit.MILLISECONDS.toNanos(mostMillis);
      revokeStale(nanos.getAsLong());
      while (!ledger.fits(seat.needs)) {
        long left = end - nanos.getAsLong();
        if (left <= 0 || stopped) {
          return null;
        }
        seat.turn.awaitNanos(left);
        revokeStale(nanos.getAsLong());
      }
      reserved = null;
      seat.unblock();
      served(seat);
      return ledger.take(seat.needs);
    } finally {
      keptFor = null;
      wakeNext();
      lock.unlock();
    }
  }

  private void served(Seat seat) {
    seat.served = ++starts;
    for (Seat other : seats) {
      if (other.blockedNanos != 0
          && other.share > seat.share
          && ledger.contend(other.needs, seat.needs)) {
        other.passedBy = true;
        other.turn.signal(); // It has to look at the clock now.
      }
    }
    turns.came(seat.lane.priority());
  }

  /** A pull has found no task, or none that starts here: nothing is promised or kept for it. */
  void empty(Seat seat) {
    lock.lock();
    try {
      seat.filled = false;
      turns.empty(seat.lane.priority());
      forgo(seat);
      wakeNext();
    } finally {
      lock.unlock();
    }
  }

  /** A task has come that starts without these slots, or not at all. */
  void unused(Seat seat) {
    lock.lock();
    try {
      forgo(seat);
      wakeNext();
    } finally {
      lock.unlock();
    }
  }

  private void forgo(Seat seat) {
    Grant promise = seat.promise;
    if (promise != null) {
      seat.promise = null;
      ledger.release(promise);
    }
    if (reserved == seat || looking == seat) {
      seat.unblock();
    }
    reserved = reserved == seat ? null : reserved;
    looking = looking == seat ? null : looking;
  }

  /** The task that slots are kept for; null = none. */
  @Nullable TaskKey keptFor() {
    lock.lock();
    try {
      return keptFor;
    } finally {
      lock.unlock();
    }
  }

  /** Nothing begins here any more: whoever waits for slots gives its task back. */
  void stop() {
    lock.lock();
    try {
      stopped = true;
      seats.forEach(seat -> seat.turn.signal());
    } finally {
      lock.unlock();
    }
  }

  void release(Grant grant) {
    lock.lock();
    try {
      ledger.release(grant);
      Seat kept = reserved;
      if (kept != null) {
        kept.turn.signal();
      }
      wakeNext();
    } finally {
      lock.unlock();
    }
  }

  /** As {@link SlotLedger#exchange}. */
  @Nullable Grant exchange(Grant grant, Needs own) {
    lock.lock();
    try {
      if (grant.needs().equals(own)) {
        return grant;
      }
      Grant exchanged = ledger.exchange(grant, own);
      wakeNext();
      return exchanged;
    } finally {
      lock.unlock();
    }
  }
}
