package io.qtau.launcher;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** The way to a server through another one: a channel of that one's connection, no local port. */
final class SshJump implements Proxy {
  private final SshConnection through;
  private final CountDownLatch closed;
  private @Nullable ChannelDirectTCPIP channel;
  private @Nullable InputStream in;
  private @Nullable OutputStream out;

  SshJump(SshConnection through, CountDownLatch closed) {
    this.through = through;
    this.closed = closed;
  }

  @Override
  public void connect(@Nullable SocketFactory unused, String host, int port, int timeout)
      throws IOException {
    ChannelDirectTCPIP direct = through.channel("direct-tcpip", ChannelDirectTCPIP.class);
    direct.setHost(host);
    direct.setPort(port);
    in = direct.getInputStream();
    out = direct.getOutputStream();
    through.connect(direct);
    channel = direct;
  }

  @Override
  public @Nullable InputStream getInputStream() {
    return in;
  }

  @Override
  public @Nullable OutputStream getOutputStream() {
    return out;
  }

  @Override
  public @Nullable Socket getSocket() {
    return null;
  }

  @Override
  public void close() {
    closed.countDown();
    if (channel != null) {
      channel.disconnect();
    }
  }
}
