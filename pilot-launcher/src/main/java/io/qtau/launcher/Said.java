package io.qtau.launcher;

import org.jspecify.annotations.Nullable;

/**
 * What stands in a file of a pilot.
 *
 * @param agent the number of the agent that wrote it; null = the allocation as a whole did
 * @param file where it lies, with its host where that is another one
 * @param text the last 4 MiB
 */
public record Said(@Nullable Integer agent, String file, String text) {}
