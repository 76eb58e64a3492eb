package io.qtau.launcher;

import com.jcraft.jsch.JSchException;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * Keeps the tunnel to one host open: opens it again when its connection is lost, at the port that
 * the agents know. A server that has not noticed the loss still holds that port: its process for
 * our old login is ended then.
 */
final class TunnelEnd {
  private static final Duration PATIENCE = Duration.ofSeconds(20);
  private static final long AGAIN_MILLIS = 500;
  private static final long AGAIN_MOST_MILLIS = 10_000;
  private static final Duration LOOK = Duration.ofSeconds(30);
  private static final List<String> WHO = List.of("/bin/sh", "-c", "echo $PPID");
  private static final List<String> END_LOGIN =
      List.of(
          "/bin/sh",
          "-c",
          "case $(tr '\\0' ' ' <\"/proc/$1/cmdline\") in sshd*) kill \"$1\" ;; esac",
          "sh");

  /** Whether somebody needs it. */
  interface Need {
    /**
     * Asks.
     *
     * @throws IOException when nobody can be asked
     */
    boolean lasts() throws IOException, InterruptedException;
  }

  /** Is told the port once it is open. */
  interface Opened {
    void at(int port) throws IOException;
  }

  private final SshHost host;
  private final Tunnel tunnel;
  private final int number;
  private final Need need;
  private final Opened opened;
  private final Consumer<String> log;
  private int port;
  private String login = "";
  private @Nullable SshConnection forwarded;

  /**
   * @param number which end of the tunnel
   */
  TunnelEnd(
      SshHost host, Tunnel tunnel, int number, Need need, Opened opened, Consumer<String> log) {
    this.host = host;
    this.tunnel = tunnel;
    this.number = number;
    this.need = need;
    this.opened = opened;
    this.log = log;
  }

  /**
   * Returns when nobody needs it any more, half a minute later at most.
   *
   * @throws IOException when it cannot be opened at all
   */
  void keep() throws IOException, InterruptedException {
    open();
    opened.at(port);
    log.accept("open at port " + port);
    boolean begun = false;
    while (true) {
      // Whoever asks may have opened another connection since, which is no tunnel.
      if (forwarded == null || forwarded.awaitLoss(LOOK)) {
        openAgain();
      }
      boolean living = lasts(begun);
      begun = begun || living;
      if (begun && !living) {
        return;
      }
    }
  }

  /**
   * Somebody who cannot be asked may live, and use the tunnel; a connection over which the server
   * does not answer is none.
   */
  private boolean lasts(boolean otherwise) throws InterruptedException {
    try {
      return need.lasts();
    } catch (IOException e) {
      boolean stays = forwarded != null && forwarded.answers();
      log.accept(
          "the agents cannot be asked for, the tunnel %s: %s"
              .formatted(stays ? "stays" : "opens again", e.getMessage()));
      if (!stays) {
        forwarded = null;
        host.close();
      }
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
    SshConnection connection = host.connection();
    String before = login;
    login = host.run(WHO, PATIENCE).out().strip();
    try {
      forward(connection);
    } catch (JSchException held) {
      if (before.isEmpty()) {
        throw refused(held);
      }
      List<String> argv = new java.util.ArrayList<>(END_LOGIN);
      argv.add(before);
      Host.Ended unused = host.run(argv, PATIENCE);
      try {
        forward(connection);
      } catch (JSchException e) {
        login = before;
        throw refused(e);
      }
    }
    forwarded = connection;
  }

  private void forward(SshConnection connection) throws JSchException, InterruptedException {
    port =
        RemoteForward.open(
            connection,
            tunnel.ends().get(number).bind(),
            port,
            tunnel.brokerHost(),
            tunnel.brokerPort());
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
