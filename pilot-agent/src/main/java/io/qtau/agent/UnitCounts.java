package io.qtau.agent;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.Lock;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/** The units of what all pilots share, as the {@link Packer} counts them; under its lock. */
final class UnitCounts {
  private final Lock lock;
  private final SlotLedger ledger;
  private final Reservation reservation;
  private final LongSupplier nanos;
  private final Consumer<Runnable> change;
  private final Condition news;
  private final Map<String, Integer> surplus = new TreeMap<>();

  /**
   * @param change does what may let a lane go on, under the lock
   */
  UnitCounts(
      Lock lock,
      SlotLedger ledger,
      Reservation reservation,
      LongSupplier nanos,
      Consumer<Runnable> change) {
    this.lock = lock;
    this.ledger = ledger;
    this.reservation = reservation;
    this.nanos = nanos;
    this.change = change;
    news = lock.newCondition();
  }

  /**
   * What all pilots share, none of which is here.
   *
   * @return what tasks use of it all the same, by name: they go on, and it has to be got
   */
  Map<String, Integer> share(Map<String, Integer> totals) {
    lock.lock();
    try {
      ledger.share(totals);
      return ledger.named().owed();
    } finally {
      lock.unlock();
    }
  }

  /** The broker has them all, or will. */
  void areLost() {
    lock.lock();
    try {
      ledger.named().dropHeld();
      surplus.clear();
    } finally {
      lock.unlock();
    }
  }

  boolean isAnyOf(Needs needs) {
    lock.lock();
    try {
      return ledger.named().areShared(needs.named().keySet());
    } finally {
      lock.unlock();
    }
  }

  /** How many more there must be here for a task, by name. */
  Map<String, Integer> lacking(Needs needs) {
    lock.lock();
    try {
      return ledger.named().lacking(needs.named());
    } finally {
      lock.unlock();
    }
  }

  void came(Map<String, Integer> units) {
    change.accept(
        () -> {
          ledger.named().came(units, nanos.getAsLong());
          news.signal(); // They may not be wanted any more.
        });
  }

  /** A task has left its slots; the lock is held. */
  void released() {
    if (ledger.named().holdAny()) {
      look();
    }
  }

  private void look() {
    Seat favoured = reservation.favoured();
    Map<String, Integer> kept = favoured == null ? Map.of() : favoured.needs.named();
    ledger
        .named()
        .surplus(kept, nanos.getAsLong())
        .forEach((name, count) -> surplus.merge(name, count, Integer::sum));
    if (!surplus.isEmpty()) {
      news.signal();
    }
  }

  /** Waits for units that others may have: they are not counted here any more. */
  Map<String, Integer> awaitSurplus() throws InterruptedException {
    lock.lockInterruptibly();
    try {
      look();
      while (surplus.isEmpty()) {
        if (ledger.named().holdAny()) {
          news.awaitNanos(NamedCounts.IDLE / 2);
        } else {
          news.await(1, TimeUnit.SECONDS);
        }
        look();
      }
      Map<String, Integer> taken = Map.copyOf(surplus);
      surplus.clear();
      return taken;
    } finally {
      lock.unlock();
    }
  }
}
