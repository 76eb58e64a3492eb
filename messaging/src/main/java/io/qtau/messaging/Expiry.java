package io.qtau.messaging;

import org.apache.activemq.artemis.api.core.Interceptor;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.protocol.core.Packet;
import org.apache.activemq.artemis.core.protocol.core.impl.wireformat.MessagePacketI;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;

/**
 * Only the broker's clock lets messages expire. Artemis's consumers compare with their own: with a
 * clock ahead, an agent would expire tasks that have their time, and a client see no heartbeat.
 */
public final class Expiry implements Interceptor {
  /** Where the instant is kept; on messages here only, never on the wire. */
  static final SimpleString EXPIRES_MS = SimpleString.of("qtau_expires_ms");

  Expiry() {}

  @Override
  public boolean intercept(Packet packet, RemotingConnection connection) {
    if (packet instanceof MessagePacketI arrived) {
      Message message = arrived.getMessage();
      long expires = message.getExpiration();
      if (expires > 0) {
        message.putLongProperty(EXPIRES_MS, expires);
        message.setExpiration(0);
      }
    }
    return true;
  }

  /** When a message that came expires by the broker's clock, in ms of the epoch; 0 = never. */
  public static long of(Message message) {
    return CoreMessages.number(message, EXPIRES_MS.toString(), 0);
  }
}
