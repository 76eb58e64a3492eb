package io.qtau.protocol;

/**
 * To the steward: begin or end copying every result to {@link Addresses#COLLECTOR}. Once copying
 * has begun the steward sends the order on to that queue, with {@link Properties#ORDER} = the
 * token.
 *
 * @param order {@code register} or {@code unregister}
 * @param token what the sender knows its own order by
 */
public record CollectorOrder(String order, String token) {
  public static final String REGISTER = "register";
  public static final String UNREGISTER = "unregister";

  public CollectorOrder {
    if (!order.equals(REGISTER) && !order.equals(UNREGISTER)) {
      throw new InvalidField("order", "'" + order + "' is neither register nor unregister");
    }
  }

  public boolean registers() {
    return order.equals(REGISTER);
  }
}
