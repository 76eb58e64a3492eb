package io.qtau.agent;

import io.qtau.protocol.Lane;

/**
 * How a task's message goes out once more, in the transaction of its acknowledgement.
 *
 * @param address where to
 * @param attempt the number of its next execution; of the one that runs, for a claim
 * @param failures how many executions have failed
 * @param restMillis how long it rests before it comes to an agent again
 * @param claim whether it is a claim of this agent
 */
record Copy(String address, int attempt, int failures, long restMillis, boolean claim) {
  /** Into its lane, or another one, as if it had not been here. */
  static Copy back(Delivery delivery, Lane lane) {
    return new Copy(lane.address(), delivery.attempt(), delivery.failures(), 0, false);
  }

  /** Into its lane until its time has come. */
  static Copy rest(Delivery delivery, long restMillis) {
    return new Copy(
        delivery.lane().address(), delivery.attempt(), delivery.failures(), restMillis, false);
  }

  /** Into its lane, after an attempt that counts for nothing. */
  static Copy again(Delivery delivery) {
    return new Copy(
        delivery.lane().address(), delivery.attempt() + 1, delivery.failures(), 0, false);
  }

  /** Into its lane, after an attempt that failed. */
  static Copy retry(Delivery delivery, long restMillis) {
    return new Copy(
        delivery.lane().address(),
        delivery.attempt() + 1,
        delivery.failures() + 1,
        restMillis,
        false);
  }

  /** To this agent alone. */
  static Copy claim(Delivery delivery, String claims) {
    return new Copy(claims, delivery.attempt(), delivery.failures(), 0, true);
  }
}
