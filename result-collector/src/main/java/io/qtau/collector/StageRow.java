package io.qtau.collector;

import org.HdrHistogram.Histogram;

/**
 * The latency of one stage in ms, exact to three digits.
 *
 * @param stage its name
 * @param count how many samples
 */
public record StageRow(
    String stage,
    long count,
    double min,
    double p50,
    double p90,
    double p99,
    double p999,
    double max,
    double mean) {

  static StageRow of(Stage stage, Histogram micros) {
    return new StageRow(
        stage.word(),
        micros.getTotalCount(),
        micros.getMinValue() / 1e3,
        micros.getValueAtPercentile(50) / 1e3,
        micros.getValueAtPercentile(90) / 1e3,
        micros.getValueAtPercentile(99) / 1e3,
        micros.getValueAtPercentile(99.9) / 1e3,
        micros.getMaxValue() / 1e3,
        micros.getMean() / 1e3);
  }
}
