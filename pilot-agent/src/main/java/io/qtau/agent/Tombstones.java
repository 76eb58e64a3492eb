package io.qtau.agent;

import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.Tombstone;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What has been cancelled, as the broker's table tells. */
final class Tombstones {
  private final Map<String, Long> at = new ConcurrentHashMap<>();

  void add(Tombstone tombstone) {
    at.merge(tombstone.key(), tombstone.at(), Math::max);
  }

  /** Whether a task was accepted before a cancellation that means it. */
  boolean hit(Delivery delivery, TaskDescription task) {
    if (at.isEmpty()) {
      return false;
    }
    for (String key : Tombstone.keysOf(delivery.key(), task.tags())) {
      Long since = at.get(key);
      if (since != null && delivery.acceptedUs() <= since) {
        return true;
      }
    }
    return false;
  }
}
