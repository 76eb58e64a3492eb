package io.qtau.cli;

import io.qtau.client.ResultSink;
import io.qtau.collector.ResultFiles;
import io.qtau.protocol.TaskResult;
import java.io.IOException;
import java.util.List;

/** Puts a session's results into files, and counts them. */
final class Recorder implements ResultSink {
  private final ResultFiles files;
  private final Progress progress;
  private volatile long taken;
  private volatile long failed;

  Recorder(ResultFiles files, Progress progress) {
    this.files = files;
    this.progress = progress;
  }

  @Override
  @SuppressWarnings("NonAtomicVolatileUpdate") // One thread reads a session.
  public void record(List<TaskResult> results) throws IOException {
    files.record(results);
    long notSuccessful = results.stream().filter(result -> !result.succeeded()).count();
    progress.add(results.size(), notSuccessful);
    taken += results.size();
    failed += notSuccessful;
  }

  /** How many distinct results came. */
  long taken() {
    return taken;
  }

  /** Those among them that are not SUCCESS. */
  long failed() {
    return failed;
  }
}
