package io.qtau.agent;

/** The cores of this node, in thousandths: who asks for more than is free has to wait. */
final class SlotLedger {
  private final int total;
  private int free;

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

  synchronized boolean tryTake(int milliCores) {
    if (milliCores > free) {
      return false;
    }
    free -= milliCores;
    return true;
  }

  /** Waits until so much is free, and takes it. */
  synchronized boolean take(int milliCores, long timeoutMillis) throws InterruptedException {
    return awaitFree(milliCores, timeoutMillis) && tryTake(milliCores);
  }

  /** Waits until so much is free, without taking it. */
  synchronized boolean awaitFree(int milliCores, long timeoutMillis) throws InterruptedException {
    long end = System.nanoTime() + timeoutMillis * 1_000_000;
    while (milliCores > free) {
      long left = (end - System.nanoTime()) / 1_000_000;
      if (left <= 0) {
        return false;
      }
      wait(left);
    }
    return true;
  }

  synchronized void release(int milliCores) {
    free += milliCores;
    notifyAll();
  }
}
