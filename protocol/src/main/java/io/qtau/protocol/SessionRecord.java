package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonProperty;
import org.jspecify.annotations.Nullable;

/** One line of the table of sessions. Each has one writer. */
public sealed interface SessionRecord {
  SessionName session();

  /** Its key in the table. */
  String key();

  /**
   * The guard made the session's queue.
   *
   * @param created epoch µs
   */
  record Made(SessionName session, @Nullable String owner, long created) implements SessionRecord {
    @Override
    public String key() {
      return session + "/made";
    }
  }

  /**
   * What one submitting client has brought in; moved in the transaction of each of its batches.
   *
   * @param accepted how many tasks the broker has of it
   * @param lastBatch the number of the batch that this came with
   * @param sealed whether it has submitted all it wanted to
   */
  record Sent(
      SessionName session,
      String writer,
      long accepted,
      @JsonProperty("last_batch") long lastBatch,
      boolean sealed)
      implements SessionRecord {
    @Override
    public String key() {
      return session + "/sent/" + writer;
    }
  }

  /**
   * What the session's reader has taken; moved in the transaction of the acks.
   *
   * @param taken distinct results
   * @param notSuccessful those among them with another status than SUCCESS
   * @param reader who reads
   */
  record Read(
      SessionName session,
      long taken,
      @JsonProperty("not_successful") long notSuccessful,
      String reader)
      implements SessionRecord {
    @Override
    public String key() {
      return session + "/read";
    }
  }
}
