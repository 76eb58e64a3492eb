package io.qtau.agent;

import io.qtau.protocol.Output;
import java.nio.charset.StandardCharsets;
import org.jspecify.annotations.Nullable;

/** The beginning and the end of a text of bytes, however long it grows. */
final class CappedText {
  private final byte[] head;
  private final byte[] tail;
  private long bytes;

  CappedText(int headBytes, int tailBytes) {
    head = new byte[headBytes];
    tail = new byte[tailBytes];
  }

  /**
   * @param text bytes, as characters of ISO 8859-1
   */
  void add(CharSequence text) {
    for (int i = 0; i < text.length(); i++) {
      byte one = (byte) text.charAt(i);
      if (bytes < head.length) {
        head[(int) bytes] = one;
      } else {
        tail[(int) ((bytes - head.length) % tail.length)] = one;
      }
      bytes++;
    }
  }

  /**
   * @param file where all of it lies, for when that is more; null = nowhere
   */
  Output output(@Nullable String file) {
    if (bytes == 0) {
      return Output.NONE;
    }
    long left = bytes - head.length - tail.length;
    if (left <= 0) {
      byte[] all = new byte[(int) bytes];
      int inHead = (int) Math.min(bytes, head.length);
      System.arraycopy(head, 0, all, 0, inHead);
      System.arraycopy(tail, 0, all, inHead, all.length - inHead);
      return new Output(utf8(all), bytes, false, null);
    }
    byte[] end = new byte[tail.length];
    int oldest = (int) ((bytes - head.length) % tail.length);
    System.arraycopy(tail, oldest, end, 0, tail.length - oldest);
    System.arraycopy(tail, 0, end, tail.length - oldest, oldest);
    return new Output(
        utf8(head) + "\n... " + left + " bytes left out ...\n" + utf8(end), bytes, true, file);
  }

  private static String utf8(byte[] bytes) {
    return new String(bytes, StandardCharsets.UTF_8);
  }
}
