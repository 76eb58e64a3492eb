package io.qtau.broker;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQIllegalStateException;
import org.apache.activemq.artemis.api.core.ICoreMessage;
import org.apache.activemq.artemis.api.core.Message;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.core.postoffice.RoutingStatus;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.jspecify.annotations.Nullable;

/**
 * Refuses what is wrong to its sender, before it can disturb a consumer. It sees every message, on
 * the thread that receives it: names that were right once are remembered.
 */
final class Guard {
  private static final long MOST_TASK_BYTES = 8 << 20;

  private final Set<String> goodLanes = ConcurrentHashMap.newKeySet();
  private final LaneQueues lanes;
  private final SessionQueues sessions;
  private final Orphans orphans;

  Guard(ActiveMQServer server) {
    lanes = new LaneQueues(server);
    sessions = new SessionQueues(server);
    orphans = new Orphans(server);
  }

  void check(Message message) throws ActiveMQException {
    String address = message.getAddress();
    if (address == null || !address.startsWith(Addresses.ROOT)) {
      return;
    }
    if (Addresses.isTask(address)) {
      checkTask(message, address);
    } else if (Addresses.isResult(address)) {
      checkResult(message, address);
    } else if (address.equals(Addresses.CONTROL_STEWARD)) {
      makeClaims(message);
    }
  }

  /** An agent that says where its claims will be finds that queue when it opens it. */
  private void makeClaims(Message message) throws ActiveMQException {
    Object wanted = message.getObjectProperty(Properties.CLAIMS);
    if (wanted != null) {
      String queue = wanted.toString();
      require(
          Addresses.agentOfClaims(queue).isPresent(),
          "'" + queue + "' is not the name of an agent's claims");
      lanes.makeClaims(queue);
    }
  }

  private void checkTask(Message message, String address) throws ActiveMQException {
    checkForm(message);
    require(message.isDurable(), "a task must be durable");
    require(size(message) <= MOST_TASK_BYTES, "a task has at most 8 MiB");
    require(
        message.getObjectProperty(Properties.VERSION) instanceof Number v
            && v.longValue() == Properties.CURRENT_VERSION,
        "property qtau_v must be 1");
    require(!text(message, Properties.KIND).isEmpty(), "property qtau_kind is missing");
    SessionName session = checkKey(message);
    if (!goodLanes.contains(address)) {
      require(Lane.parse(address).isPresent(), "'" + address + "' is not the name of a lane");
      lanes.make(address);
      goodLanes.add(address);
    }
    if (message.getObjectProperty(Properties.ATTEMPT) == null) {
      sessions.make(session, message.getValidatedUserID());
    }
  }

  private static void checkResult(Message message, String address) throws ActiveMQException {
    checkForm(message);
    require(message.isDurable(), "a result must be durable");
    SessionName session = checkKey(message);
    require(
        address.equals(Addresses.result(session)),
        "a result of session " + session + " does not belong to " + address);
    require(!text(message, Properties.STATUS).isEmpty(), "property qtau_status is missing");
    require(!text(message, Properties.PILOT).isEmpty(), "property qtau_pilot is missing");
  }

  /**
   * No message falls on the floor: a result whose session is gone waits with the orphans, and a
   * task whose lane went away at this moment has to be sent again.
   */
  void checkRouted(Message message, @Nullable Transaction tx, RoutingStatus status)
      throws ActiveMQException {
    if (status != RoutingStatus.NO_BINDINGS && status != RoutingStatus.NO_BINDINGS_DLA) {
      return;
    }
    String address = String.valueOf(message.getAddress());
    require(
        !Addresses.isTask(address) && !Addresses.isClaim(address),
        address + " went away at this moment; send it again");
    if (Addresses.isResult(address)) {
      orphans.add(message, tx);
    }
  }

  private static SessionName checkKey(Message message) throws ActiveMQException {
    try {
      TaskId id = new TaskId(text(message, Properties.ID));
      require(!id.value().isEmpty(), "property qtau_id is missing");
      return new SessionName(text(message, Properties.SESSION));
    } catch (InvalidField e) {
      throw refused("qtau_" + e.getMessage());
    }
  }

  private static void checkForm(Message message) throws ActiveMQException {
    if (message instanceof ICoreMessage core) {
      require(
          core.getType() != Message.OBJECT_TYPE,
          "object messages are refused; send JSON as bytes or as text");
      return;
    }
    for (SimpleString name : message.getPropertyNames()) {
      Object value = message.getObjectProperty(name);
      require(
          value == null
              || value instanceof Number
              || value instanceof CharSequence
              || value instanceof Boolean
              || value instanceof Character
              || value instanceof SimpleString,
          "property " + name + " is not a scalar");
    }
  }

  private static long size(Message message) {
    return message.getWholeMessageSize();
  }

  private static String text(Message message, String property) {
    Object value = message.getObjectProperty(property);
    return value == null ? "" : value.toString();
  }

  void check(QueueConfiguration queue) throws ActiveMQException {
    String name = String.valueOf(queue.getName());
    String address = String.valueOf(queue.getAddress());
    boolean lane = Addresses.isTask(name) || Addresses.isTask(address);
    boolean result = Addresses.isResult(name) || Addresses.isResult(address);
    if (!lane && !result) {
      return;
    }
    // "a::b" comes here as the name b on the address a: both have to be right.
    require(name.equals(address), "a queue of QTau has the name of its address");
    require(
        lane ? Lane.parse(name).isPresent() : Addresses.sessionOfResults(name).isPresent(),
        "'" + name + "' is not the name of a lane, nor of a session's results");
    require(
        queue.getRoutingType() != RoutingType.MULTICAST,
        "'" + name + "' is a queue, not a topic: ask for the capability 'queue'");
    require(queue.isDurable() == null || queue.isDurable(), "'" + name + "' must be durable");
  }

  void forget(String queue) {
    goodLanes.remove(queue);
    Addresses.sessionOfResults(queue).ifPresent(sessions::forget);
  }

  private static void require(boolean good, String otherwise) throws ActiveMQException {
    if (!good) {
      throw refused(otherwise);
    }
  }

  private static ActiveMQException refused(String why) {
    return new ActiveMQIllegalStateException("QTau refuses this: " + why);
  }
}
