package io.qtau.agent;

import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.core.client.impl.ClientConsumerInternal;
import org.jspecify.annotations.Nullable;

/**
 * A lane's tasks, one for each request. An empty pull may leave a task in the client's buffer. The
 * pull that takes it from there asks the broker for one more, which therefore comes unasked, and so
 * on: only an empty pull takes such a request back.
 */
final class Pulls {
  private final ClientConsumer consumer;
  private boolean unasked;

  Pulls(ClientConsumer consumer) {
    this.consumer = consumer;
  }

  /** Whether a task lies in the client's buffer. */
  boolean holdOne() {
    return ((ClientConsumerInternal) consumer).getBufferSize() > 0;
  }

  /** Whether a task may come that nobody has asked for. */
  boolean mayHoldOne() {
    return unasked || holdOne();
  }

  /** The next task; null when none came in this time. */
  @Nullable ClientMessage next(long mostMillis) throws ActiveMQException {
    unasked |= holdOne();
    ClientMessage message = consumer.receive(mostMillis);
    unasked &= message != null;
    return message;
  }
}
