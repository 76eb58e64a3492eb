package io.qtau.protocol;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What has been cancelled, as the broker's table tells. Any thread may ask and add. */
public final class Tombstones {
  private final Map<String, Long> at = new ConcurrentHashMap<>();

  /** One more; the latest of a key counts. */
  public void add(Tombstone tombstone) {
    at.merge(tombstone.key(), tombstone.at(), Math::max);
  }

  /** Whether there are none: then no task has to be looked at. */
  public boolean isEmpty() {
    return at.isEmpty();
  }

  /**
   * Whether a task was accepted before a cancellation that means it.
   *
   * @param acceptedUs the broker's stamp of its first copy, epoch µs
   */
  public boolean hit(TaskKey task, Map<String, String> tags, long acceptedUs) {
    if (at.isEmpty()) {
      return false;
    }
    for (String key : Tombstone.keysOf(task, tags)) {
      Long since = at.get(key);
      if (since != null && acceptedUs <= since) {
        return true;
      }
    }
    return false;
  }
}
