package io.qtau.launcher;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What only a batch system understands; it judges the values, and its words are passed on.
 *
 * @param queue Slurm's partition, PBS's queue
 * @param project the account that pays
 * @param qos quality of service; Slurm only
 * @param reservation nodes that are set apart
 * @param constraint features that nodes must have; Slurm only
 * @param options further options of its submit command, one word each
 */
public record BatchOptions(
    @Nullable String queue,
    @Nullable String project,
    @Nullable String qos,
    @Nullable String reservation,
    @Nullable String constraint,
    List<String> options) {
  static final BatchOptions NONE = new BatchOptions(null, null, null, null, null, List.of());

  public BatchOptions {
    options = List.copyOf(options);
  }
}
