package io.qtau.protocol;

import com.fasterxml.jackson.annotation.JsonIgnore;

/**
 * The steward has done what a {@link CancelOrder} says.
 *
 * @param queued how many tasks it took out of their lanes; each ends {@code CANCELED}
 */
public record CancelReceipt(String token, long queued) {
  private static final String KEY = "receipt/";

  /** Its key in the table of cancellations. */
  @JsonIgnore
  public String key() {
    return KEY + token;
  }

  /** Whether the key is that of a receipt. */
  public static boolean isReceipt(String key) {
    return key.startsWith(KEY);
  }
}
