package io.qtau.agent;

import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskKey;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * One attempt as an executor sees it.
 *
 * @param directory a directory that it may make and use; absolute
 * @param kept where what it leaves there is found when it is over; absolute, and the same one but
 *     where nodes share a file system
 * @param slots what it has of the node
 */
public record Execution(
    TaskKey key, int attempt, TaskDescription task, Path directory, Path kept, Slots slots) {
  /** The variables that every attempt sees. */
  public Map<String, String> environment() {
    Map<String, String> env = new LinkedHashMap<>();
    env.put("QTAU_SESSION", key.session().value());
    env.put("QTAU_TASK_ID", key.id().value());
    env.put("QTAU_ATTEMPT", Integer.toString(attempt));
    if (task.seed() != null) {
      env.put("QTAU_TASK_SEED", Long.toString(task.seed()));
    }
    return env;
  }
}
