package io.qtau.broker;

import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.activemq.artemis.core.management.impl.ActiveMQServerControlImpl;

/** The users of a broker as its management lists them. */
record BrokerUsers(List<User> users) {
  record User(String username, List<String> roles) {}

  /** The roles of those that are pilots. */
  static Map<PilotLogin, List<String>> pilots(ActiveMQServerControlImpl control) throws Exception {
    Map<PilotLogin, List<String>> pilots = new HashMap<>();
    for (User user : read(control.listUser("")).users()) {
      PilotLogin.of(user.username()).ifPresent(login -> pilots.put(login, user.roles()));
    }
    return pilots;
  }

  private static BrokerUsers read(String list) throws MalformedMessage {
    String whole = "{\"users\":" + list + "}";
    return WireFormat.decode(whole.getBytes(StandardCharsets.UTF_8), BrokerUsers.class);
  }
}
