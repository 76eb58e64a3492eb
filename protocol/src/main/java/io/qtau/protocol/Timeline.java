package io.qtau.protocol;

import org.jspecify.annotations.Nullable;

/**
 * The instants of a task in epoch µs, as far as they are known. {@code accepted} and {@code
 * settled} are the broker's ingress stamps, in whole milliseconds; {@code taken}, {@code started}
 * and {@code ended} come from one monotonic clock of the agent's host.
 *
 * @param submitted when the client sent the task
 * @param accepted when the broker got the task
 * @param taken when the agent got it
 * @param started when its program or function began
 * @param ended when that was over
 * @param settled when the broker got the result
 * @param collected when a reader had the result
 * @param offsetUs the broker's clock minus the agent's
 * @param offsetErrorUs how wrong that may be, either way
 */
public record Timeline(
    @Nullable Long submitted,
    @Nullable Long accepted,
    @Nullable Long taken,
    @Nullable Long started,
    @Nullable Long ended,
    @Nullable Long settled,
    @Nullable Long collected,
    @Nullable Long offsetUs,
    @Nullable Long offsetErrorUs) {

  /** What a reader adds: the broker's stamp of the result, and its own. */
  public Timeline received(@Nullable Long settledUs, long collectedUs) {
    return new Timeline(
        submitted,
        accepted,
        taken,
        started,
        ended,
        settledUs,
        collectedUs,
        offsetUs,
        offsetErrorUs);
  }
}
