package io.qtau.collector;

import io.qtau.protocol.Output;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.Timeline;
import java.util.List;
import java.util.Map;

/** Results to record. */
final class Results {
  /** 2026-11-23T09:00:00.000001Z. */
  static final long T0 = 1_795_424_400_000_001L;

  /** Each stage takes a power of ten, from 1 ms on, in µs. */
  static final Timeline TIMES =
      new Timeline(
          T0,
          T0 + 1_000,
          T0 + 11_000,
          T0 + 111_000,
          T0 + 1_111_000,
          T0 + 11_111_000,
          T0 + 111_111_000,
          null,
          null);

  private Results() {}

  static TaskResult of(String id) {
    return of(id, 0, TaskStatus.SUCCESS);
  }

  static TaskResult of(String id, int replay, TaskStatus status) {
    return of(id, replay, status, "energy", null, TIMES);
  }

  static TaskResult of(String id, Timeline times) {
    return of(id, 0, TaskStatus.SUCCESS, "energy", null, times);
  }

  static TaskResult of(
      String id, int replay, TaskStatus status, String name, TaskError error, Timeline times) {
    return new TaskResult(
        new SessionName("s1"),
        new TaskId(id),
        replay,
        name,
        "exec",
        status,
        1,
        2,
        "p1",
        "p1.0",
        "node7",
        0,
        null,
        null,
        new Output("out\n", 4, false, null),
        new Output("err", 3, false, null),
        error,
        times,
        null,
        500,
        0,
        List.of(),
        120,
        null,
        null,
        null,
        Map.of("study", "h2"));
  }
}
