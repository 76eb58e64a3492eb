package io.qtau.broker;

import io.qtau.protocol.AccessReceipt;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AdmitOrder;
import io.qtau.protocol.DismissOrder;
import io.qtau.protocol.PilotLogin;
import io.qtau.protocol.PilotName;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.management.impl.ActiveMQServerControlImpl;
import org.apache.activemq.artemis.core.security.Role;
import org.apache.activemq.artemis.core.security.impl.SecurityStoreImpl;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Who may log in as which pilot, and until when. The broker's own users are the only record of it:
 * a user's roles say what it may do and when it ends, in the journal of the embedded broker as in
 * the files of a stock one. Used by one thread at a time.
 */
final class PilotAccess {
  private static final Logger LOG = LoggerFactory.getLogger(PilotAccess.class);

  /** So long after its allocation's end a pilot may still tell what became of its tasks. */
  static final Duration AFTER_END = Duration.ofHours(1);

  private final ActiveMQServer server;
  private final Map<PilotLogin, Long> ends = new HashMap<>();

  /** Knows whom an earlier life of the broker has let in. */
  PilotAccess(ActiveMQServer server) throws Exception {
    this.server = server;
    for (Map.Entry<PilotLogin, List<String>> user : BrokerUsers.pilots(users()).entrySet()) {
      ends.put(user.getKey(), PilotRoles.end(user.getValue()));
    }
  }

  private ActiveMQServerControlImpl users() {
    return server.getActiveMQServerControl();
  }

  AccessReceipt obey(AdmitOrder order) {
    return receipt(order.token(), () -> admit(order));
  }

  AccessReceipt obey(DismissOrder order) {
    return receipt(order.token(), () -> dismiss(order.pilot(), order.life()));
  }

  private interface Deed {
    void run() throws Exception;
  }

  private static AccessReceipt receipt(String token, Deed deed) {
    try {
      deed.run();
      return new AccessReceipt(token, null);
    } catch (Exception e) {
      LOG.warn("a pilot's access could not be changed", e);
      return new AccessReceipt(token, String.valueOf(e.getMessage()));
    }
  }

  /** Lets a pilot in; the same order twice is as good as once. */
  void admit(AdmitOrder order) throws Exception {
    PilotLogin user = order.user();
    PilotName pilot = user.pilot();
    for (Map.Entry<String, Set<Role>> rights : PilotRoles.rights(pilot).entrySet()) {
      users().addSecuritySettings(rights.getKey(), PilotRoles.json(rights.getValue()));
    }
    SimpleString control = SimpleString.of(Addresses.control(pilot));
    if (server.getAddressInfo(control) == null) {
      server.addAddressInfo(new AddressInfo(control, RoutingType.MULTICAST).setAutoCreated(false));
    }
    remove(user);
    String roles = String.join(",", PilotRoles.of(pilot, order.ends(), order.ownPoolOnly()));
    users().addUser(user.toString(), order.passwordHash(), roles, true);
    forgetWhoWasKnown();
    ends.put(user, order.ends() == null ? PilotRoles.NEVER : order.ends());
  }

  private boolean isKnown(PilotName pilot) {
    return ends.keySet().stream().anyMatch(user -> user.pilot().equals(pilot));
  }

  private void dismiss(PilotName pilot, @Nullable String life) throws Exception {
    for (PilotLogin user : List.copyOf(ends.keySet())) {
      if (user.pilot().equals(pilot) && (life == null || user.life().equals(life))) {
        dismiss(user);
      }
    }
  }

  private void dismiss(PilotLogin user) throws Exception {
    remove(user);
    forgetWhoWasKnown();
    // After that nobody new comes in: what is open now is the last.
    users().closeConnectionsForUser(user.toString());
    if (!isKnown(user.pilot())) {
      for (String match : PilotRoles.rights(user.pilot()).keySet()) {
        users().removeSecuritySettings(match);
      }
    }
  }

  private void remove(PilotLogin user) throws Exception {
    if (ends.remove(user) != null) {
      try {
        users().removeUser(user.toString());
      } catch (IllegalArgumentException gone) {
        LOG.info("the user {} has been removed by somebody else", user);
      }
    }
  }

  /** The broker would go by what it knew of a user until its next look, half a second later. */
  private void forgetWhoWasKnown() {
    if (server.getSecurityStore() instanceof SecurityStoreImpl store) {
      store.invalidateAuthenticationCache();
      store.invalidateAuthorizationCache();
    }
  }

  /**
   * The logins of a pilot end soon after the pilot at the latest. A later life of the broker hears
   * it again: agents say it with each connection.
   *
   * @param endUs when its allocation ends
   */
  void limit(PilotName pilot, long endUs) {
    long last = endUs + AFTER_END.toNanos() / 1000;
    ends.replaceAll((user, end) -> user.pilot().equals(pilot) ? Math.min(end, last) : end);
  }

  /** The lives of all logins of a pilot. */
  List<String> lives(PilotName pilot) {
    return ends.keySet().stream()
        .filter(user -> user.pilot().equals(pilot))
        .map(PilotLogin::life)
        .toList();
  }

  /**
   * Ends the logins whose time is over, and those of pilots that have ended.
   *
   * @param hasEnded whether the pilot has ended that had this login
   */
  void endWhatIsOver(long nowUs, Predicate<PilotLogin> hasEnded) throws Exception {
    for (Map.Entry<PilotLogin, Long> user : List.copyOf(ends.entrySet())) {
      if (user.getValue() < nowUs) {
        LOG.info("the time of {} is over: it may not log in any more", user.getKey());
        dismiss(user.getKey());
      } else if (hasEnded.test(user.getKey())) {
        dismiss(user.getKey());
      }
    }
  }
}
