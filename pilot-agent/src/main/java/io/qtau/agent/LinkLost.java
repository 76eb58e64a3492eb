package io.qtau.agent;

import org.apache.activemq.artemis.api.core.ActiveMQConnectionTimedOutException;
import org.apache.activemq.artemis.api.core.ActiveMQDisconnectedException;
import org.apache.activemq.artemis.api.core.ActiveMQNotConnectedException;
import org.apache.activemq.artemis.api.core.ActiveMQObjectClosedException;
import org.apache.activemq.artemis.api.core.ActiveMQUnBlockedException;

/** The connection went; nothing that was sent over it is to blame. */
final class LinkLost extends Exception {
  private static final long serialVersionUID = 1L;

  LinkLost(String message) {
    super(message);
  }

  /** Whether an exception says that the connection went, rather than that a message was refused. */
  static boolean is(Exception e) {
    return e instanceof LinkLost
        || e instanceof ActiveMQNotConnectedException
        || e instanceof ActiveMQDisconnectedException
        || e instanceof ActiveMQObjectClosedException
        || e instanceof ActiveMQConnectionTimedOutException
        || e instanceof ActiveMQUnBlockedException;
  }
}
