package io.qtau.launcher;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;

/**
 * Ports of an SSH server that lead to an address on this side.
 *
 * <p>JSch wakes the thread that has asked for one by interrupting it, also when that has seen the
 * answer already and does not wait any more: one of a hundred requests leaves its thread
 * interrupted, at some later moment. So the thread that asks does nothing else, and ends. The
 * number of a port that the server was to choose may be missing in an answer that was seen so
 * early; then it is asked for another one.
 */
final class RemoteForward {
  private static final int TRIES = 3;

  private RemoteForward() {}

  /**
   * Asks for one.
   *
   * @param bind the address there that it listens at
   * @param port 0 = the server is to choose one
   * @return the port
   * @throws JSchException when the server opens none
   */
  static int open(SshConnection server, String bind, int port, String host, int hostPort)
      throws JSchException, InterruptedException {
    Session session = server.session();
    for (int tries = 0; tries < TRIES; tries++) {
      int open = ask(session, bind, port, host, hostPort);
      if (open > 0) {
        return open;
      }
      forget(server, bind);
    }
    throw new JSchException("the server does not say at which port");
  }

  /** Closes the one whose port the server has chosen. */
  static void forget(SshConnection server, String bind) throws JSchException {
    server.session().delPortForwardingR(bind, 0);
  }

  private static int ask(Session session, String bind, int port, String host, int hostPort)
      throws JSchException, InterruptedException {
    FutureTask<Integer> request =
        new FutureTask<>(
            () -> {
              session.setPortForwardingR(bind, port, host, hostPort);
              return port > 0 ? port : chosen(session);
            });
    Thread asking = new Thread(request, "remote-forward");
    asking.setDaemon(true);
    asking.start();
    try {
      return request.get();
    } catch (ExecutionException e) {
      throw e.getCause() instanceof JSchException refused
          ? refused
          : new JSchException(String.valueOf(e.getCause()), e.getCause());
    }
  }

  private static int chosen(Session session) throws JSchException {
    String[] open = session.getPortForwardingR();
    return Integer.parseInt(open[0].substring(0, open[0].indexOf(':')));
  }
}
