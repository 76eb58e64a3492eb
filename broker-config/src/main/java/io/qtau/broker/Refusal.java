package io.qtau.broker;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;

/** Tells a sender what is wrong with what it sent. Only that send fails. */
final class Refusal {
  private Refusal() {}

  static void unless(boolean good, String otherwise) throws ActiveMQException {
    if (!good) {
      throw of(otherwise);
    }
  }

  static ActiveMQException of(String why) {
    return new ActiveMQIllegalStateException("QTau refuses this: " + why);
  }
}
