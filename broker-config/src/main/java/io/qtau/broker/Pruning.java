package io.qtau.broker;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.Queue;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Takes away sessions that are over: finished and read for a day, or without traffic for thirty.
 */
final class Pruning {
  private static final Logger LOG = LoggerFactory.getLogger(Pruning.class);

  static final Duration FINISHED = Duration.ofHours(24);
  static final Duration SILENT = Duration.ofDays(30);

  private Pruning() {}

  /** Looks at all sessions once. */
  static void sessions(ActiveMQServer server, long nowUs) throws Exception {
    for (Map.Entry<SessionName, SessionTable.Entry> entry : SessionTable.read(server).entrySet()) {
      Queue queue = server.locateQueue(Addresses.result(entry.getKey()));
      long unread = queue == null ? 0 : queue.getMessageCount();
      if (isOver(entry.getValue().records(), unread, nowUs - entry.getValue().lastUs())) {
        end(server, entry.getKey(), entry.getValue(), queue);
      }
    }
  }

  private static void end(
      ActiveMQServer server, SessionName name, SessionTable.Entry entry, @Nullable Queue queue)
      throws Exception {
    LOG.info("session {} is over and goes", name);
    if (queue != null) {
      server.destroyQueue(queue.getName());
    }
    for (SessionRecord record : entry.records()) {
      SessionTable.remove(server, record);
    }
  }

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
