package io.qtau.cli;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.protocol.TaskDescription;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * Where the tasks of a {@code run} go: to a broker and pilot of its own, or to a broker that is
 * there.
 */
interface RunSite {
  /** Waits until there is a broker, and starts the pilot if the site has one. */
  void open() throws Exception;

  BrokerUrl url();

  Credential credential();

  /** Why this site could never run the task; null = it can. */
  @Nullable String objection(TaskDescription task);

  /** What there is to say of tasks that it might never run, once it is open. */
  List<String> warnings(List<TaskDescription> tasks) throws InterruptedException;

  /** What has gone wrong for good since it was opened; null = nothing. */
  @Nullable CommandFailed trouble();

  /** The cores of its own pilot; null when it has none. */
  @Nullable Integer cores();

  /** The commands that go on with what it keeps. */
  List<String> goOn(Path out);

  /** Stops what it has started. */
  void close(boolean keepData);
}
