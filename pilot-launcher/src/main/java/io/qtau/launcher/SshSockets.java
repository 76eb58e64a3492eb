package io.qtau.launcher;

import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;

/**
 * Sockets whose connecting ends in time, one way or the other.
 *
 * @param closed is counted down when such a socket is closed, on whichever side
 */
record SshSockets(Duration patience, CountDownLatch closed) implements SocketFactory {
  /** One that tells its end. The library closes it when a read has ended or nobody answers. */
  private static final class Told extends Socket {
    private final CountDownLatch closed;

    Told(CountDownLatch closed) {
      this.closed = closed;
    }

    @Override
    public synchronized void close() throws IOException {
      closed.countDown();
      super.close();
    }
  }

  @Override
  public Socket createSocket(String host, int port) throws IOException {
    Socket socket = new Told(closed);
    try {
      InetSocketAddress address = new InetSocketAddress(host, port);
      if (address.isUnresolved()) {
        throw new java.net.UnknownHostException(host);
      }
      socket.connect(address, (int) patience.toMillis());
      return socket;
    } catch (IOException e) {
      socket.close();
      throw e;
    }
  }

  @Override
  public InputStream getInputStream(Socket socket) throws IOException {
    return socket.getInputStream();
  }

  @Override
  public OutputStream getOutputStream(Socket socket) throws IOException {
    return socket.getOutputStream();
  }
}
