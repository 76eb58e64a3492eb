package io.qtau.system;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.qtau.broker.OwnerCredential;
import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.CoreConnection;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientRequestor;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.api.core.management.ManagementHelper;
import org.apache.activemq.artemis.api.core.management.ResourceNames;

/** Who may log in at a broker, as its management says. */
final class Logins {
  private Logins() {}

  static List<String> of(BrokerUrl url, Path home) throws Exception {
    try (CoreConnection connection = CoreConnection.open(url, OwnerCredential.obtain(home));
        ClientSession session = connection.automatic()) {
      session.start();
      ClientMessage question = session.createMessage(false);
      ManagementHelper.putOperationInvocation(question, ResourceNames.BROKER, "listUser", "");
      try (ClientRequestor management = new ClientRequestor(session, "activemq.management")) {
        ClientMessage answer = management.request(question);
        List<String> users = new ArrayList<>();
        new ObjectMapper()
            .readTree(ManagementHelper.getResult(answer, String.class).toString())
            .forEach(user -> users.add(user.get("username").asText()));
        return users;
      }
    }
  }
}
