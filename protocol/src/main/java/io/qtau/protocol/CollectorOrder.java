package io.qtau.protocol;

/**
 * To the steward: begin or end copying every result to {@link Addresses#COLLECTOR}.
 *
 * @param order {@code register} or {@code unregister}
 */
public record CollectorOrder(String order) {
  public static final CollectorOrder REGISTER = new CollectorOrder("register");
  public static final CollectorOrder UNREGISTER = new CollectorOrder("unregister");

  public CollectorOrder {
    if (!order.equals("register") && !order.equals("unregister")) {
      throw new InvalidField("order", "'" + order + "' is neither register nor unregister");
    }
  }
}
