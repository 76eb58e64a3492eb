package io.qtau.agent;

import java.util.concurrent.TimeUnit;

/**
 * Keeps a lane's thread from going round and round: when more retries rest than the broker can keep
 * until their time, they lie in the lane itself, come too early, and go to its tail.
 */
final class EarlyTasks {
  private static final int MANY = 500;
  private static final long PAUSE_MILLIS = 500;

  private int inARow;
  private long soonestMillis = PAUSE_MILLIS;

  /**
   * Hears of a task that came; rests a little after many of them that were all too early.
   *
   * @param restMillis how much too early it was; 0 = it was not
   */
  void pauseIfAllRest(long restMillis) throws InterruptedException {
    if (isEnough(restMillis)) {
      long pause = soonestMillis;
      forget();
      TimeUnit.MILLISECONDS.sleep(pause);
    }
  }

  boolean isEnough(long restMillis) {
    if (restMillis == 0) {
      forget();
      return false;
    }
    inARow++;
    soonestMillis = Math.min(soonestMillis, restMillis);
    return inARow >= MANY;
  }

  private void forget() {
    inARow = 0;
    soonestMillis = PAUSE_MILLIS;
  }
}
