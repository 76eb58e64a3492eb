package io.qtau.client;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskKey;
import java.util.Collection;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** The ids that this client's callers have chosen so far, by session. Thread-safe. */
final class UsedIds {
  private final Set<TaskKey> used = ConcurrentHashMap.newKeySet();

  /**
   * Uses the id of a task; one without an id gets a new one later and needs no such care.
   *
   * @param accepted what the exception says that the broker has
   */
  void use(SessionName session, TaskDescription task, long accepted) throws DuplicateTask {
    TaskId id = task.id();
    if (id != null && !used.add(new TaskKey(session, id))) {
      throw duplicate(session, id, accepted);
    }
  }

  /** Looks whether all these could be used now, and uses none. */
  void check(SessionName session, Collection<TaskDescription> tasks) throws DuplicateTask {
    Set<TaskId> here = new HashSet<>();
    for (TaskDescription task : tasks) {
      TaskId id = task.id();
      if (id != null && (!here.add(id) || used.contains(new TaskKey(session, id)))) {
        throw duplicate(session, id, 0);
      }
    }
  }

  /** The broker does not have these: their ids may be used again. */
  void forget(SessionName session, Batch batch) {
    batch.tasks().forEach(task -> used.remove(new TaskKey(session, task.id())));
  }

  private static DuplicateTask duplicate(SessionName session, TaskId id, long accepted) {
    return new DuplicateTask(
        "the id " + id + " was used before in the session " + session, accepted);
  }
}
