package io.qtau.client;

import io.qtau.protocol.TaskResult;
import java.io.IOException;
import java.util.List;

/** Where a reader puts results before it tells the broker to forget them. */
@FunctionalInterface
public interface ResultSink {
  /**
   * Records results. When it returns they have to be where a crash cannot reach them, since the
   * broker drops its copies next. After a crash in between, the same results come again: recording
   * must be idempotent by {@link TaskResult#key()}.
   *
   * @param results at least one, distinct keys, in the order of their arrival
   * @throws IOException when they could not be recorded; the broker keeps them all
   */
  void record(List<TaskResult> results) throws IOException;
}
