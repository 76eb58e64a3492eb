package io.qtau.launcher;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;

/**
 * Keeps the tunnel to one host open: opens it again when its connection is lost, at the port that
 * the agents know. A server that has not noticed the loss still holds that port: its process for
 * our old login is ended then.
 */
final class TunnelEnd {
  private static final String LOOPBACK = "127.0.0.1";
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long LOOK_MILLIS = 200;
  private static final long AGAIN_MILLIS = 500;
  private static final long AGAIN_MOST_MILLIS = 10_000;
  private static final long AGENTS_NANOS = Duration.ofSeconds(30).toNanos();
  private static final List<String> WHO = List.of("/bin/sh", "-c", "echo $PPID");
  private static final List<String> END_LOGIN =
      List.of(
          "/bin/sh",
          "-c",
          "case $(tr '\\0' ' ' <\"/proc/$1/cmdline\") in sshd*) kill \"$1\" ;; esac",
          "sh");

  /** Is told the port once it is open. */
  interface Opened {
    void at(int port) throws IOException;
  }

  private final SshHost host;
  private final Tunnel tunnel;
  private final List<SshPilot.Agent> agents;
  private final Opened opened;
  private final Consumer<String> log;
  private int port;
  private String login = "";

  TunnelEnd(
      SshHost host,
      Tunnel tunnel,
      List<SshPilot.Agent> agents,
      Opened opened,
      Consumer<String> log) {
    this.host = host;
    this.tunnel = tunnel;
    this.agents = List.copyOf(agents);
    this.opened = opened;
    this.log = log;
  }

  /**
   * Returns when the host says that none of the agents runs any more.
   *
   * @throws IOException when it cannot be opened at all
   */
  void keep() throws IOException, InterruptedException {
    open();
    opened.at(port);
    log.accept("open at port " + port);
    long looked = System.nanoTime();
    boolean begun = false;
    while (true) {
      while (host.isOpen() && System.nanoTime() - looked < AGENTS_NANOS) {
        Thread.sleep(LOOK_MILLIS);
      }
      if (!host.isOpen()) {
        openAgain();
      }
      looked = System.nanoTime();
      boolean living = agentsLive(begun);
      begun = begun || living;
      if (begun && !living) {
        return;
      }
    }
  }

  /** Somebody who cannot be asked may live. */
  private boolean agentsLive(boolean otherwise) throws InterruptedException {
    try {
      return new SshAgents(host).states(agents).contains(SshAgents.State.ALIVE);
    } catch (IOException e) {
      return otherwise;
    }
  }

  private void openAgain() throws InterruptedException {
    log.accept("the connection is lost");
    long pause = AGAIN_MILLIS;
    while (true) {
      try {
        open();
        log.accept("open again");
        return;
      } catch (IOException e) {
        log.accept(e.getMessage() + "; trying again");
        host.close();
      }
      Thread.sleep(pause);
      pause = Math.min(2 * pause, AGAIN_MOST_MILLIS);
    }
  }

  private void open() throws IOException, InterruptedException {
    Session session = host.connection().session();
    String before = login;
    login = host.run(WHO, PATIENCE).out().strip();
    try {
      forward(session);
    } catch (JSchException held) {
      if (before.isEmpty()) {
        throw refused(held);
      }
      List<String> argv = new java.util.ArrayList<>(END_LOGIN);
      argv.add(before);
      Host.Ended unused = host.run(argv, PATIENCE);
      try {
        forward(session);
      } catch (JSchException e) {
        login = before;
        throw refused(e);
      }
    }
  }

  private void forward(Session session) throws JSchException {
    session.setPortForwardingR(LOOPBACK, port, tunnel.brokerHost(), tunnel.brokerPort());
    if (port == 0) {
      String[] open = session.getPortForwardingR();
      port = Integer.parseInt(open[0].substring(0, open[0].indexOf(':')));
    }
  }

  private IOException refused(JSchException e) {
    return new IOException(
        host
            + " opens no port for the tunnel ("
            + e.getMessage()
            + "); its sshd_config may forbid it: AllowTcpForwarding",
        e);
  }
}
