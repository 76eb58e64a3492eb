/**
 * Turns results into {@code results.jsonl}, {@code metrics.csv} and latency histograms. {@link
 * io.qtau.collector.ResultFiles} owns the files and needs no broker; {@link
 * io.qtau.collector.Collector} feeds it from one.
 */
@NullMarked
package io.qtau.collector;

import org.jspecify.annotations.NullMarked;
