package io.qtau.protocol;

/**
 * The steward has done what a {@link CancelOrder} says. In the table of answers, under the order's
 * token.
 *
 * @param queued how many tasks it took out of their lanes; each ends {@code CANCELED}
 */
public record CancelReceipt(String token, long queued) {}
