package io.qtau.client;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import java.util.List;

/**
 * How far a session is, by the broker's table.
 *
 * @param session which
 * @param accepted tasks that its writers have brought in
 * @param taken distinct results that its readers have taken
 * @param notSuccessful those among the taken with another status than SUCCESS
 * @param writers how many clients submitted to it
 * @param allSealed whether there are writers and none of them will submit more
 * @param fedByForeign whether tasks came only from clients that keep no records: how many is
 *     unknown, and it is never done
 */
public record SessionState(
    SessionName session,
    long accepted,
    long taken,
    long notSuccessful,
    int writers,
    boolean allSealed,
    boolean fedByForeign) {

  /** Whether every result that will ever come has been taken. */
  public boolean done() {
    return allSealed && taken >= accepted;
  }

  /** Tasks whose results have not been taken: queued, running, or waiting to be read. */
  public long open() {
    return Math.max(0, accepted - taken);
  }

  static SessionState of(SessionName session, List<SessionRecord> records) {
    long accepted = 0;
    long taken = 0;
    long notSuccessful = 0;
    int writers = 0;
    int sealed = 0;
    for (SessionRecord line : records) {
      if (line instanceof SessionRecord.Sent sent) {
        accepted += sent.accepted();
        writers++;
        sealed += sent.sealed() ? 1 : 0;
      } else if (line instanceof SessionRecord.Read read) {
        taken = read.taken();
        notSuccessful = read.notSuccessful();
      }
    }
    boolean allSealed = writers > 0 && sealed == writers;
    return new SessionState(
        session,
        accepted,
        taken,
        notSuccessful,
        writers,
        allSealed,
        !records.isEmpty() && writers == 0);
  }
}
