package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.Credential;
import java.math.BigInteger;
import java.security.SecureRandom;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.apache.activemq.artemis.api.core.TransportConfiguration;
import org.apache.activemq.artemis.api.core.management.ActiveMQServerControl;
import org.apache.activemq.artemis.core.remoting.impl.invm.TransportConstants;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.spi.core.security.ActiveMQBasicSecurityManager;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Connects the steward to its own broker, as a user whose password nobody else ever knows. */
final class StewardLogin {
  private static final Logger LOG = LoggerFactory.getLogger(StewardLogin.class);
  static final String USER = "steward";
  private static final int MOST_ATTEMPTS = 5;
  private static final int REST_MILLIS = 50;

  private StewardLogin() {}

  static CoreConnection connect(ActiveMQServer server) throws Exception {
    for (int attempt = 1; ; attempt++) {
      try {
        return tryToConnect(server);
      } catch (ActiveMQSecurityException e) {
        // A stock broker that has just read its file of users for another client does not see a
        // change within the same tick of the file system's clock.
        if (attempt == MOST_ATTEMPTS) {
          throw e;
        }
        Thread.sleep(REST_MILLIS);
      }
    }
  }

  private static CoreConnection tryToConnect(ActiveMQServer server) throws Exception {
    CoreConnection connection = CoreConnection.inVm(vmAcceptor(server), newUser(server));
    try {
      connection.automatic().close();
      return connection;
    } catch (ActiveMQSecurityException e) {
      connection.close();
      throw e;
    }
  }

  private static Credential newUser(ActiveMQServer server) throws Exception {
    String password = new BigInteger(256, new SecureRandom()).toString(36);
    // By its management, which knows the embedded broker's users and the files of a stock one.
    ActiveMQServerControl users = server.getActiveMQServerControl();
    try {
      users.removeUser(USER); // Left by an earlier life of the broker.
    } catch (IllegalArgumentException none) {
      LOG.debug("no earlier user {}", USER);
    }
    // The journal is private; a file may be open to others. Hashing costs 0.2 s of each start.
    boolean inJournal = server.getSecurityManager() instanceof ActiveMQBasicSecurityManager;
    users.addUser(USER, password, USER, inJournal);
    return Credential.of(USER, password);
  }

  private static int vmAcceptor(ActiveMQServer server) {
    for (TransportConfiguration acceptor : server.getConfiguration().getAcceptorConfigurations()) {
      Object id = acceptor.getParams().get(TransportConstants.SERVER_ID_PROP_NAME);
      if (id != null) {
        return Integer.parseInt(id.toString());
      }
    }
    throw new IllegalStateException("the configuration has no vm:// acceptor");
  }
}
