package io.qtau.cli;

import io.qtau.client.AgentTable;
import io.qtau.messaging.Jms;
import io.qtau.messaging.TlsTrouble;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.MalformedMessage;
import jakarta.jms.Connection;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.Session;
import java.util.List;

/** The broker's table of agents, read without taking anything from it. */
final class Heartbeats implements AutoCloseable {
  private final Connection connection;
  private final Session session;

  private Heartbeats(Connection connection, Session session) {
    this.connection = connection;
    this.session = session;
  }

  /**
   * @throws CommandFailed when the broker does not answer or refuses the credential
   */
  static Heartbeats open(BrokerOptions.Target target) {
    try {
      Connection connection = Jms.factory(target.url(), target.credential()).createConnection();
      try {
        connection.start();
        return new Heartbeats(connection, connection.createSession());
      } catch (JMSException e) {
        connection.close();
        throw e;
      }
    } catch (JMSSecurityException e) {
      throw new CommandFailed(
          ExitCode.UNAVAILABLE,
          "the broker at " + target.url() + " refuses " + target.credentialFile(),
          e);
    } catch (JMSException e) {
      throw new CommandFailed(
          ExitCode.UNAVAILABLE,
          "no broker answers at "
              + target.url()
              + ": "
              + TlsTrouble.with(target.url()).orElse(Words.of(e)),
          e);
    }
  }

  /** The last heartbeat of each agent. */
  List<AgentState> all() {
    try {
      return AgentTable.read(session);
    } catch (JMSException | MalformedMessage e) {
      throw new CommandFailed(
          ExitCode.UNAVAILABLE, "the table of agents cannot be read: " + Words.of(e), e);
    }
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (JMSException alreadyGone) {
      // There is nothing left to close.
    }
  }
}
