package io.qtau.system;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A network namespace with one cable to this one, which can be taken out. What runs in it reaches
 * the broker, which listens on loopback, through a relay at this end of the cable.
 */
public final class FarHost implements AutoCloseable {
  private static final AtomicInteger NUMBER = new AtomicInteger();

  private final String name;
  private final String cable;
  private final String address;
  private final int port;
  private final ServerSocket relay;

  /**
   * @param port of the broker on 127.0.0.1, and of the relay; 0 = there is no broker
   */
  public FarHost(int port) throws IOException {
    long process = ProcessHandle.current().pid();
    int number = NUMBER.incrementAndGet();
    name = "qtau" + process + "n" + number;
    cable = "qt" + process + "n" + number;
    // Other processes of tests may make some at the same time.
    String net = "10." + (200 + process % 50) + "." + number % 256 + ".";
    address = net + "1";
    this.port = port;
    Root.run("ip", "netns", "add", name);
    Root.run("ip", "link", "add", cable, "type", "veth", "peer", "name", "eth0", "netns", name);
    Root.run("ip", "addr", "add", address + "/30", "dev", cable);
    Root.run("ip", "link", "set", cable, "up");
    Root.run("ip", "-n", name, "addr", "add", net + "2/30", "dev", "eth0");
    Root.run("ip", "-n", name, "link", "set", "eth0", "up");
    Root.run("ip", "-n", name, "link", "set", "lo", "up");
    relay = new ServerSocket(port, 50, InetAddress.getByName(address));
    daemon(this::accept);
  }

  /** Where the broker is, from there. */
  String url() {
    return "tcp://" + address + ":" + port;
  }

  /** Its own address, seen from here. */
  String addressThere() {
    return address.substring(0, address.lastIndexOf('.')) + ".2";
  }

  /** What makes a command run there. */
  List<String> prefix() {
    return List.of("ip", "netns", "exec", name);
  }

  /** Takes the cable out: nobody is told. */
  void cut() {
    Root.run("ip", "link", "set", cable, "down");
  }

  void join() {
    Root.run("ip", "link", "set", cable, "up");
  }

  private static void daemon(Runnable work) {
    Thread thread = new Thread(work, "relay");
    thread.setDaemon(true);
    thread.start();
  }

  private void accept() {
    while (!relay.isClosed()) {
      try {
        Socket near = relay.accept();
        Socket broker = new Socket();
        try {
          broker.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        } catch (IOException away) {
          near.close();
          continue;
        }
        near.setTcpNoDelay(true);
        broker.setTcpNoDelay(true);
        daemon(() -> copy(near, broker));
        daemon(() -> copy(broker, near));
      } catch (IOException closed) {
        return;
      }
    }
  }

  private static void copy(Socket from, Socket to) {
    try (from;
        to) {
      from.getInputStream().transferTo(to.getOutputStream());
    } catch (IOException ended) {
      // Either end is gone: the other one goes, too.
    }
  }

  @Override
  public void close() throws IOException {
    relay.close();
    Root.run("ip", "link", "del", cable);
    Root.run("ip", "netns", "del", name);
  }
}
