package io.qtau.broker;

import io.qtau.protocol.Addresses;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Lane;
import io.qtau.protocol.PilotName;
import io.qtau.protocol.Properties;
import io.qtau.protocol.Resources;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskId;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.activemq.artemis.api.core.ActiveMQException;
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
  private final Map<String, Lane> goodLanes = new ConcurrentHashMap<>();
  private final @Nullable Integer mostCores = Integer.getInteger("qtau.task.most.cores");
  private final LaneQueues lanes;
  private final LaneLimit limit;
  private final LaneNames names;
  private final SessionQueues sessions;
  private final Orphans orphans;
  private final Room room;
  private final Rests rests;
  private final Senders senders = new Senders();
  private final AgentTalk talk;

  Guard(ActiveMQServer server, LaneNames names, Room room, Rests rests) {
    this.names = names;
    this.room = room;
    this.rests = rests;
    lanes = new LaneQueues(server);
    limit = new LaneLimit(server);
    sessions = new SessionQueues(server);
    orphans = new Orphans(server);
    talk = new AgentTalk(lanes);
  }

  /**
   * @param user whom the broker knows the sender as
   */
  void check(Message message, @Nullable String user) throws ActiveMQException {
    String address = message.getAddress();
    if (address == null || !address.startsWith(Addresses.ROOT)) {
      return;
    }
    MessageForm.check(message);
    Sender sender = senders.of(user);
    if (Addresses.isTask(address)) {
      checkTask(message, address, sender, user);
    } else if (Addresses.isResult(address)) {
      checkResult(message, address, sender);
    } else if (address.equals(Addresses.PILOT_STATE)) {
      talk.checkHeartbeat(message, sender);
    } else if (address.equals(Addresses.PRESENCE)) {
      talk.checkPresence(message, sender);
    } else if (address.equals(Addresses.CLOCK)) {
      talk.checkClockRequest(message, sender);
    }
  }

  private void checkTask(Message message, String address, Sender sender, @Nullable String user)
      throws ActiveMQException {
    Refusal.unless(message.isDurable(), "a task must be durable");
    Refusal.unless(
        message.getGroupID() == null, "a task has no group id: it would bind it to one agent");
    Refusal.unless(
        message.getObjectProperty(Properties.VERSION) instanceof Number v
            && v.longValue() == Properties.CURRENT_VERSION,
        "property qtau_v must be 1");
    required(message, Properties.KIND);
    SessionName session = checkKey(message);
    Lane lane = goodLanes.get(address);
    if (lane == null) {
      lane =
          Lane.parse(address)
              .orElseThrow(() -> Refusal.of("'" + address + "' is not the name of a lane"));
    }
    if (sender.isClient() && mostCores != null) {
      requireWithinSite(lane, mostCores);
    }
    if (goodLanes.get(address) == null) {
      Lane wanted = lane;
      limit.within(
          address,
          sender.isClient(),
          () -> {
            names.learn(wanted, message); // Whoever hears of the lane then hears of them.
            lanes.make(address);
          });
      goodLanes.put(address, lane);
    }
    rests.check(message);
    if (sender.isClient()) {
      room.check(address);
      sessions.make(session, user);
    }
  }

  private static void requireWithinSite(Lane lane, int mostCores) throws ActiveMQException {
    Refusal.unless(
        lane.shape().milliCores() == Resources.ALL_CORES
            || lane.shape().milliCores() <= 1000L * mostCores,
        lane + ": this site's tasks have at most " + mostCores + " cores on a node");
  }

  private static void checkResult(Message message, String address, Sender sender)
      throws ActiveMQException {
    Refusal.unless(message.isDurable(), "a result must be durable");
    SessionName session = checkKey(message);
    Refusal.unless(
        address.equals(Addresses.result(session)),
        "a result of session " + session + " does not belong to " + address);
    required(message, Properties.STATUS);
    String pilot = required(message, Properties.PILOT);
    if (sender.pilot().isPresent()) {
      sender.requireMaySpeakFor(pilot(pilot), "a result");
    }
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
    Refusal.unless(
        !Addresses.isTask(address) && !Addresses.isClaim(address),
        address + " went away at this moment; send it again");
    if (Addresses.isResult(address)) {
      orphans.add(message, tx);
    }
  }

  private static SessionName checkKey(Message message) throws ActiveMQException {
    try {
      new TaskId(required(message, Properties.ID));
      return new SessionName(required(message, Properties.SESSION));
    } catch (InvalidField e) {
      throw Refusal.of("qtau_" + e.getMessage());
    }
  }

  private static PilotName pilot(String name) throws ActiveMQException {
    try {
      return new PilotName(name);
    } catch (InvalidField e) {
      throw Refusal.of("qtau_" + e.getMessage());
    }
  }

  private static String required(Message message, String property) throws ActiveMQException {
    Object value = message.getObjectProperty(property);
    Refusal.unless(
        value != null && !value.toString().isEmpty(), "property " + property + " is missing");
    return String.valueOf(value);
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
    Refusal.unless(name.equals(address), "a queue of QTau has the name of its address");
    Refusal.unless(
        lane ? Lane.parse(name).isPresent() : Addresses.sessionOfResults(name).isPresent(),
        "'" + name + "' is not the name of a lane, nor of a session's results");
    Refusal.unless(
        queue.getRoutingType() != RoutingType.MULTICAST,
        "'" + name + "' is a queue, not a topic: ask for the capability 'queue'");
    Refusal.unless(
        queue.isDurable() == null || queue.isDurable(), "'" + name + "' must be durable");
    if (lane) {
      limit.check(name); // Clients of JMS and AMQP make it before they send.
    }
  }

  /** Lanes and results are queues: what is sent to a topic is lost when nobody listens. */
  void check(SimpleString address, Set<RoutingType> kinds) throws ActiveMQException {
    String name = address.toString();
    Refusal.unless(
        !kinds.contains(RoutingType.MULTICAST)
            || !(Addresses.isTask(name) || Addresses.isResult(name)),
        "'" + name + "' is a queue, not a topic: ask for the capability 'queue'");
  }

  void forget(String queue) {
    goodLanes.remove(queue);
    names.forget(queue);
    Addresses.sessionOfResults(queue).ifPresent(sessions::forget);
  }
}
