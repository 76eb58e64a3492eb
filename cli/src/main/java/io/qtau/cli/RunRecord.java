package io.qtau.cli;

import io.qtau.collector.StageRow;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What {@code run.json} says of a session whose results are in its directory, and what {@code run}
 * and {@code await} print with {@code --json}.
 *
 * @param state {@code unfinished}, then {@code finished}
 * @param broker the broker's URL
 * @param accepted how many tasks the broker has taken
 * @param counts results in this directory by status; every status has its figure; null = a session
 *     that was finished before
 * @param notSuccessful results with another status than SUCCESS, also those elsewhere
 * @param elsewhere results that were taken into other directories
 * @param queuedOrRunning accepted without a result so far
 * @param late second results of a task, which are not recorded
 * @param wallS seconds from the start of the command to the last result
 * @param cores of the command's own pilot; null when it has none
 * @param latency a row for each stage, in ms
 */
record RunRecord(
    String session,
    String state,
    String broker,
    long accepted,
    @Nullable Map<String, Long> counts,
    long notSuccessful,
    long elsewhere,
    long queuedOrRunning,
    long late,
    double wallS,
    Instant started,
    @Nullable Instant ended,
    @Nullable Integer cores,
    String version,
    String out,
    List<StageRow> latency) {
  /** How a run stands, whatever its results are. */
  static final String FINISHED = "finished";

  static final String UNFINISHED = "unfinished";
}
