package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * To the steward: cancel tasks. It puts {@link Tombstone}s into the table, takes the matching tasks
 * out of their lanes, and then puts a {@link CancelReceipt} under the token into the table of
 * answers.
 *
 * @param token what the sender knows its own order by
 * @param ids which tasks; empty = all of the session, or those with the tag
 * @param tag the name of a tag; null = not by tag
 * @param value what that tag says
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record CancelOrder(
    String token,
    SessionName session,
    List<TaskId> ids,
    @Nullable String tag,
    @Nullable String value) {
  public CancelOrder {
    ids = ids == null ? List.of() : List.copyOf(ids);
    if (tag != null && (value == null || !ids.isEmpty())) {
      throw new InvalidField("tag", "needs a value, and no ids beside it");
    }
  }

  /** What it puts into the table. */
  public List<Tombstone> tombstones(long at) {
    return ids.isEmpty()
        ? List.of(new Tombstone(session, null, tag, value, at))
        : ids.stream().map(id -> new Tombstone(session, id, null, null, at)).toList();
  }
}
