package io.qtau.collector;

import io.qtau.protocol.TaskStatus;
import java.util.List;
import java.util.Map;

/**
 * What the files of a directory hold.
 *
 * @param byStatus how many tasks ended how, each counted with its highest replay
 * @param recorded how many results there are, replays included
 * @param late second results of a key since the files were opened; they are not recorded
 * @param negative differences below zero between the clocks of two hosts; they are in no histogram
 * @param outOfRange differences above 7 days; they are in no histogram
 * @param latency a row for each stage that has samples
 */
public record Summary(
    Map<TaskStatus, Long> byStatus,
    long recorded,
    long late,
    long negative,
    long outOfRange,
    List<StageRow> latency) {

  public Summary {
    byStatus = Map.copyOf(byStatus);
    latency = List.copyOf(latency);
  }

  /** How many tasks have a result. */
  public long tasks() {
    return byStatus.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How many tasks ended so. */
  public long count(TaskStatus status) {
    return byStatus.getOrDefault(status, 0L);
  }

  /** How many tasks ended in any other way than success. */
  public long notSuccessful() {
    return tasks() - count(TaskStatus.SUCCESS);
  }
}
