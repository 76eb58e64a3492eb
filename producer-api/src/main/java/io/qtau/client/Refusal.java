package io.qtau.client;

import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.MessageFormatException;
import jakarta.jms.ResourceAllocationException;
import java.util.EnumSet;
import java.util.Set;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQExceptionType;

/** What a failed call to the broker means for whoever made it. */
enum Refusal {
  /** The connection is gone, or the call's outcome is unknown: connect again and look. */
  CONNECTION,
  /** The broker is alive and takes no tasks for now. */
  FULL,
  /** A duplicate id. */
  DUPLICATE,
  /** The broker said no. */
  REFUSED;

  private static final Set<ActiveMQExceptionType> LOST =
      EnumSet.of(
          ActiveMQExceptionType.CONNECTION_TIMEDOUT,
          ActiveMQExceptionType.DISCONNECTED,
          ActiveMQExceptionType.INTERCEPTOR_REJECTED_PACKET,
          ActiveMQExceptionType.INTERNAL_ERROR,
          ActiveMQExceptionType.IO_ERROR,
          ActiveMQExceptionType.NOT_CONNECTED,
          ActiveMQExceptionType.OBJECT_CLOSED,
          ActiveMQExceptionType.SESSION_CREATION_REJECTED,
          ActiveMQExceptionType.SHUTDOWN_ERROR,
          ActiveMQExceptionType.TRANSACTION_OUTCOME_UNKNOWN,
          ActiveMQExceptionType.TRANSACTION_ROLLED_BACK,
          ActiveMQExceptionType.UNBLOCKED);

  static Refusal of(JMSException e) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (t instanceof ActiveMQException artemis) {
        return of(artemis.getType());
      }
    }
    return ofForeign(e);
  }

  private static Refusal of(ActiveMQExceptionType type) {
    if (type == ActiveMQExceptionType.DUPLICATE_ID_REJECTED) {
      return DUPLICATE;
    }
    if (type == ActiveMQExceptionType.ADDRESS_FULL) {
      return FULL;
    }
    return LOST.contains(type) ? CONNECTION : REFUSED;
  }

  /** Another provider's exceptions have only their class to go by. */
  private static Refusal ofForeign(JMSException e) {
    if (e instanceof ResourceAllocationException) {
      return FULL;
    }
    boolean refused =
        e instanceof JMSSecurityException
            || e instanceof InvalidDestinationException
            || e instanceof MessageFormatException;
    return refused ? REFUSED : CONNECTION;
  }
}
