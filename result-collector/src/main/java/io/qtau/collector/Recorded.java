package io.qtau.collector;

/**
 * What became of a batch.
 *
 * @param recorded results that are in the files now
 * @param late results whose key was there before
 */
public record Recorded(int recorded, int late) {}
