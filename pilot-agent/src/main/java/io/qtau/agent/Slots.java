package io.qtau.agent;

/**
 * What a task occupies here.
 *
 * @param milliCores cores, in thousandths
 * @param alone whether nothing new starts beside it, since it may kill its agent
 */
record Slots(int milliCores, boolean alone) {}
