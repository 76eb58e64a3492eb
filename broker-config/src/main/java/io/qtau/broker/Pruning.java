package io.qtau.broker;

import io.qtau.protocol.SessionRecord;
import java.time.Duration;
import java.util.List;

/** Decides when a session is over: finished and read for a day, or without traffic for thirty. */
final class Pruning {
  static final Duration FINISHED = Duration.ofHours(24);
  static final Duration SILENT = Duration.ofDays(30);

  private Pruning() {}

  /**
   * Whether a session goes now.
   *
   * @param unread how many results wait in its queue
   * @param silentUs how long ago its latest record came
   */
  static boolean isOver(List<SessionRecord> records, long unread, long silentUs) {
    if (silentUs >= SILENT.toNanos() / 1000) {
      return true;
    }
    return unread == 0 && silentUs >= FINISHED.toNanos() / 1000 && isFinished(records);
  }

  /** Whether all writers have sealed and all that they brought in has been taken. */
  static boolean isFinished(List<SessionRecord> records) {
    long accepted = 0;
    long taken = 0;
    int writers = 0;
    for (SessionRecord record : records) {
      if (record instanceof SessionRecord.Sent sent) {
        if (!sent.sealed()) {
          return false;
        }
        writers++;
        accepted += sent.accepted();
      } else if (record instanceof SessionRecord.Read read) {
        taken += read.taken();
      }
    }
    return writers > 0 && taken >= accepted;
  }
}
