package io.qtau.messaging;

import io.netty.handler.flush.FlushConsolidationHandler;
import org.apache.activemq.artemis.core.remoting.impl.netty.NettyConnection;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.jspecify.annotations.Nullable;

/**
 * Artemis writes and flushes packet by packet, one system call each. With Netty's own handler,
 * those that wait in a connection's event loop at the same time share one; a packet that is alone
 * goes out at once.
 */
public final class Flushes {
  private static final int MOST_SHARED = 256;

  private Flushes() {}

  /**
   * Shares flushes on this connection from now on, unless it lies within the process.
   *
   * @param connection null when it has been lost already
   */
  public static void share(@Nullable RemotingConnection connection) {
    if (connection != null
        && connection.getTransportConnection() instanceof NettyConnection netty) {
      netty.getChannel().pipeline().addFirst(new FlushConsolidationHandler(MOST_SHARED, true));
    }
  }
}
