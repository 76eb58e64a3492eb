package io.qtau.broker;

import io.qtau.messaging.Credential;
import io.qtau.protocol.PilotLogin;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import javax.security.auth.Subject;
import org.apache.activemq.artemis.core.config.Configuration;
import org.apache.activemq.artemis.spi.core.protocol.RemotingConnection;
import org.apache.activemq.artemis.spi.core.security.ActiveMQBasicSecurityManager;
import org.apache.activemq.artemis.spi.core.security.jaas.RolePrincipal;
import org.apache.activemq.artemis.spi.core.security.jaas.UserPrincipal;

/**
 * A broker's users, and one pilot that is known before the broker's port opens, since its agent may
 * be there first. It is written down nowhere, and ends with this broker.
 */
final class FirstPilot extends ActiveMQBasicSecurityManager {
  private final Credential credential;
  private final PilotLogin login;

  FirstPilot(Credential credential) {
    this.credential = credential;
    login = PilotLogin.parse(credential.user());
  }

  void addRights(Configuration configuration) {
    PilotRoles.rights(login.pilot()).forEach(configuration::putSecurityRoles);
  }

  @Override
  public Subject authenticate(
      String user, String password, RemotingConnection connection, String securityDomain) {
    return isIt(user, password)
        ? subject()
        : super.authenticate(user, password, connection, securityDomain);
  }

  private boolean isIt(String user, String password) {
    return credential.user().equals(user)
        && password != null
        && MessageDigest.isEqual(bytes(credential.password()), bytes(password));
  }

  private static byte[] bytes(String password) {
    return password.getBytes(StandardCharsets.UTF_8);
  }

  private Subject subject() {
    Subject subject = new Subject();
    subject.getPrincipals().add(new UserPrincipal(credential.user()));
    for (String role : PilotRoles.of(login.pilot(), null, false)) {
      subject.getPrincipals().add(new RolePrincipal(role));
    }
    return subject;
  }
}
