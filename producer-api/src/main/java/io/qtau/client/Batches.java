package io.qtau.client;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;

/**
 * Cuts a row of tasks into batches, and encodes them. The ids of a batch are used when it is cut.
 */
final class Batches {
  private final SessionName session;
  private final UsedIds ids;
  private final Iterator<TaskDescription> tasks;

  Batches(SessionName session, UsedIds ids, Iterator<TaskDescription> tasks) {
    this.session = session;
    this.ids = ids;
    this.tasks = tasks;
  }

  boolean hasNext() {
    return tasks.hasNext();
  }

  /**
   * The next one: 500 tasks or about 1 MiB, whichever is first, or what is left.
   *
   * @param accepted how many tasks the broker has of this row, for the exception
   */
  Batch next(long accepted) throws DuplicateTask {
    List<Outgoing> batch = new ArrayList<>();
    boolean whole = false;
    try {
      int bytes = 0;
      while (batch.size() < Batch.MAX_TASKS && bytes < Batch.MAX_BYTES && tasks.hasNext()) {
        TaskDescription task = tasks.next();
        Outgoing encoded = Outgoing.of(task);
        ids.use(session, task, accepted);
        bytes += encoded.body().length;
        batch.add(encoded);
      }
      whole = true;
      return new Batch(batch, false);
    } finally {
      if (!whole) {
        ids.forget(session, new Batch(batch, false));
      }
    }
  }
}
