package io.qtau.protocol;

import org.jspecify.annotations.Nullable;

/**
 * What a task wrote to one of its streams.
 *
 * @param text its beginning and end; bytes that are not UTF-8 as U+FFFD
 * @param bytes how much it was
 * @param truncated whether {@code text} leaves some out
 * @param path where all of it lies, on the result's host; null when nowhere
 */
public record Output(String text, long bytes, boolean truncated, @Nullable String path) {
  public static final Output NONE = new Output("", 0, false, null);
}
