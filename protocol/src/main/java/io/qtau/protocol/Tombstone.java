package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A line of the table of cancellations: it hits the tasks of a session, one of them, or those with
 * a tag, that the broker accepted before it.
 *
 * @param id which task; null = not by task
 * @param tag the name of a tag; null = not by tag
 * @param value what that tag says
 * @param at when it was cancelled, by the broker's clock, epoch µs
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
public record Tombstone(
    SessionName session,
    @Nullable TaskId id,
    @Nullable String tag,
    @Nullable String value,
    long at) {

  /** Its key in the table. */
  @JsonIgnore
  public String key() {
    if (id != null) {
      return keyOf(session, id);
    }
    return tag == null ? keyOf(session) : keyOf(session, tag, String.valueOf(value));
  }

  /** The keys of all tombstones that could hit a task. */
  public static List<String> keysOf(TaskKey task, Map<String, String> tags) {
    List<String> keys = new ArrayList<>(2 + tags.size());
    keys.add(keyOf(task.session()));
    keys.add(keyOf(task.session(), task.id()));
    tags.forEach((tag, value) -> keys.add(keyOf(task.session(), tag, value)));
    return keys;
  }

  private static String keyOf(SessionName session) {
    return session.value();
  }

  private static String keyOf(SessionName session, TaskId id) {
    return session + "/" + id;
  }

  private static String keyOf(SessionName session, String tag, String value) {
    return session + "#" + tag + "=" + value;
  }
}
