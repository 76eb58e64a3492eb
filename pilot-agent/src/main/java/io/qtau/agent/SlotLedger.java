package io.qtau.agent;

/**
 * The cores of this node, in thousandths: who asks for more than is free has to wait. While a task
 * runs that may kill its agent, nothing is free: what began before it goes on.
 */
final class SlotLedger {
  private final int total;
  private int free;
  private boolean suspect;

  SlotLedger(int milliCores) {
    total = milliCores;
    free = milliCores;
  }

  int total() {
    return total;
  }

  synchronized int free() {
    return free;
  }

  synchronized boolean tryTake(Slots slots) {
    if (suspect || slots.milliCores() > free) {
      return false;
    }
    free -= slots.milliCores();
    suspect = slots.alone();
    return true;
  }

  /** Waits until so much is free, and takes it. */
  synchronized boolean take(Slots slots, long timeoutMillis) throws InterruptedException {
    return awaitFree(slots.milliCores(), timeoutMillis) && tryTake(slots);
  }

  /** Waits until so much is free, without taking it. */
  synchronized boolean awaitFree(int milliCores, long timeoutMillis) throws InterruptedException {
    long end = System.nanoTime() + timeoutMillis * 1_000_000;
    while (suspect || milliCores > free) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  synchronized void release(Slots slots) {
    free += slots.milliCores();
    suspect &= !slots.alone();
    notifyAll();
  }
}
