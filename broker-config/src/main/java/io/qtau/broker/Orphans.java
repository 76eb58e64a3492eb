package io.qtau.broker;

import io.qtau.protocol.Addresses;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/** Results that come when their session has gone. */
final class Orphans {
  private final ActiveMQServer server;

  Orphans(ActiveMQServer server) {
    this.server = server;
  }

  /** Keeps a copy, when the transaction of its sender commits. */
  void add(Message result, @Nullable Transaction tx) throws ActiveMQException {
    Message copy = result.copy(server.getStorageManager().generateID());
    copy.setAddress(Addresses.ORPHAN);
    try {
      server.getPostOffice().route(copy, tx, false);
    } catch (ActiveMQException e) {
      throw e;
    } catch (Exception e) {
      throw new ActiveMQIllegalStateException(
          "a result whose session is gone cannot be kept: " + e.getMessage());
    }
  }
}
