package io.qtau.broker;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.WireFormat;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.core.message.impl.CoreMessage;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.jspecify.annotations.Nullable;

/**
 * Makes the queue of a session's results, and its first record, before its first task is let in.
 */
final class SessionQueues {
  private final ActiveMQServer server;
  private final Set<SessionName> known = ConcurrentHashMap.newKeySet();

  SessionQueues(ActiveMQServer server) {
    this.server = server;
  }

  void make(SessionName session, @Nullable String owner) throws ActiveMQException {
    if (known.contains(session)) {
      return;
    }
    synchronized (this) {
      String name = Addresses.result(session);
      try {
        if (server.locateQueue(name) == null) {
          server.createQueue(
              QueueConfiguration.of(name)
                  .setRoutingType(RoutingType.ANYCAST)
                  .setDurable(true)
                  .setMaxConsumers(1)
                  .setAutoDelete(false),
              true);
        }
        record(new SessionRecord.Made(session, owner, System.currentTimeMillis() * 1000));
      } catch (ActiveMQException e) {
        throw e;
      } catch (Exception e) {
        throw new ActiveMQIllegalStateException(
            "the queue of session " + session + " cannot be made: " + e.getMessage());
      }
      known.add(session);
    }
  }

  private void record(SessionRecord.Made made) throws Exception {
    if (SessionTable.has(server, made.key())) {
      return; // Made in an earlier life of the broker.
    }
    CoreMessage message = new CoreMessage(server.getStorageManager().generateID(), 512);
    message.setAddress(Addresses.SESSIONS);
    message.setDurable(true);
    message.setType(org.apache.activemq.artemis.api.core.Message.BYTES_TYPE);
    message.putStringProperty(Properties.RECORD_KEY, made.key());
    message.getBodyBuffer().writeBytes(WireFormat.encode(made));
    server.getPostOffice().route(message, true);
  }

  void forget(SessionName session) {
    known.remove(session);
  }
}
