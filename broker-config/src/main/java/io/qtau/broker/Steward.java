package io.qtau.broker;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentPresence;
import io.qtau.protocol.ClockAnswer;
import io.qtau.protocol.ClockRequest;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Lane;
import io.qtau.protocol.LaneRecord;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SiteResources;
import io.qtau.protocol.TaskStatus;
import io.qtau.protocol.WireFormat;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.apache.activemq.artemis.core.server.ActiveMQServer;
import org.apache.activemq.artemis.core.server.MessageReference;
import org.apache.activemq.artemis.core.server.ServerConsumer;
import org.apache.activemq.artemis.core.server.impl.AddressInfo;
import org.apache.activemq.artemis.core.transaction.Transaction;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps house in the broker, as a client of its own: publishes the lanes, tells the time, obeys
 * orders, and ends sessions that are over. All its work is on one thread.
 */
final class Steward {
  private static final Logger LOG = LoggerFactory.getLogger(Steward.class);

  /** An agent whose connection was reset is back after this, or is gone. */
  private static final Duration BACK_AFTER_RESET = Duration.ofMillis(500);

  /** How long agents may take to come back to a broker that starts. */
  private static final Duration BACK_AFTER_START = Duration.ofSeconds(30);

  /** Work that fails is logged, and the next is done all the same. */
  interface Work {
    void run() throws Exception;
  }

  private final ActiveMQServer server;
  private final LaneNames names;
  private final Room room;
  private final Rests rests;
  private final UnheardLanes unheard;
  private final SteadyClock clock = new SteadyClock();
  private final CollectorCopies copies;
  private final SiteUnits units;
  private final ScheduledThreadPoolExecutor thread =
      new ScheduledThreadPoolExecutor(
          1,
          task -> {
            Thread made = new Thread(task, "qtau-steward");
            made.setDaemon(true);
            return made;
          });
  private volatile @Nullable Claims claims;
  private volatile @Nullable Orders orders;
  private volatile @Nullable PilotEnds pilots;
  private @Nullable PilotAccess pilotAccess;
  private @Nullable CoreConnection connection;
  private @Nullable ClientSession session;
  private @Nullable ClientProducer producer;

  Steward(ActiveMQServer server, LaneNames names, Room room, Rests rests, SiteResources resources) {
    this.server = server;
    this.names = names;
    this.room = room;
    this.rests = rests;
    copies = new CollectorCopies(server);
    unheard = new UnheardLanes(server);
    units = new SiteUnits(server, resources, this::later);
    thread.setExecuteExistingDelayedTasksAfterShutdownPolicy(false);
  }

  void start() {
    submit("start", this::connect);
    every(1, "look for room", room::look);
    every(1, "count retries", rests::look);
    every(1, "look at the clock", this::lookAtClock);
    every(1, "wake cancelled retries", () -> Cancels.wakeResting(server));
    every(1, "look for lanes that nobody hears", this::publishUnheard);
    every(Integer.getInteger("qtau.prune.s", 60), "prune", this::prune);
  }

  private void every(int seconds, String what, Work work) {
    var unused =
        thread.scheduleWithFixedDelay(() -> work(what, work), seconds, seconds, TimeUnit.SECONDS);
  }

  private void lookAtClock() throws Exception {
    Duration by = clock.setBy();
    if (!by.isZero()) {
      LOG.warn(
          "the clock of this host was set by {}: deadlines follow it, sessions keep their age", by);
    }
    if (by.isNegative()) {
      rests.end();
    }
  }

  private void connect() throws Exception {
    CoreConnection opened = StewardLogin.connect(server);
    connection = opened;
    session = opened.automatic();
    producer = session.createProducer();
    units.open(opened);
    PilotAccess access = new PilotAccess(server);
    PilotEnds ends = new PilotEnds(server, opened, this::endAccessSoon);
    pilots = ends;
    orders = new Orders(server, names, copies, access, ends, opened);
    pilotAccess = access;
    every(1, "end pilots' access", this::endAccess);
    listen(opened, Addresses.CLOCK, this::tellTime);
    listen(opened, Addresses.PRESENCE, message -> knowEnd(access, ends.heard(message)));
    listen(opened, Addresses.CONTROL_STEWARD, this::obey);
    Endings.answer(opened, Addresses.EXPIRED, TaskStatus.EXPIRED, Endings.EXPIRED);
    Endings.answer(opened, Addresses.CANCELED, TaskStatus.CANCELED, Endings.CANCELED);
    claims = new Claims(server, opened);
    ends.start();
    Set<String> gone = names.read(server);
    for (String queue : server.getActiveMQServerControl().getQueueNames()) {
      publish(queue, true);
      gone.remove(queue);
    }
    // Empty lanes went while the broker was away; agents would look for them again and again.
    for (String lane : gone) {
      publish(lane, false);
    }
    // Agents come back to a broker that was away, and go on with what they run.
    later(BACK_AFTER_START, "give claims back", this::giveAbandonedClaimsBack);
  }

  private void giveAbandonedClaimsBack() throws Exception {
    Claims known = claims;
    if (known != null) {
      for (String queue : known.abandoned()) {
        giveBack(known, queue, false);
      }
    }
  }

  /**
   * Nobody listens to an agent's claims any more. It may come back at once.
   *
   * @param vanished whether its connection was lost
   */
  void agentLeft(String queue, boolean vanished) {
    later(
        BACK_AFTER_RESET,
        "give back " + queue,
        () -> {
          Claims known = claims;
          if (known != null) {
            giveBack(known, queue, vanished);
          }
        });
  }

  private void giveBack(Claims from, String queue, boolean vanished) throws Exception {
    if (!from.giveBack(queue, vanished)) {
      agentLeft(queue, vanished);
    }
  }

  /** As {@link SiteUnits#closes}. */
  void unitsConsumerCloses(ServerConsumer consumer) {
    work("keep what all pilots share", () -> units.closes(consumer));
  }

  /** As {@link SiteUnits#givenBack}. */
  void unitGivenBack(@Nullable Transaction tx, MessageReference unit) {
    units.givenBack(tx, unit);
  }

  private void later(Duration rest, String what, Work work) {
    if (!thread.isShutdown()) {
      var unused = thread.schedule(() -> work(what, work), rest.toMillis(), TimeUnit.MILLISECONDS);
    }
  }

  /** What to do with a message that came to one of the steward's queues. */
  private interface Hearing {
    void heard(ClientMessage message) throws Exception;
  }

  private void listen(CoreConnection from, String queue, Hearing hearing) throws Exception {
    ClientSession own = from.automatic();
    own.start();
    own.createConsumer(SimpleString.of(queue), null, 1 << 16, -1, false)
        .setMessageHandler(
            message -> {
              work(
                  queue,
                  () -> {
                    try {
                      hearing.heard(message);
                    } catch (MalformedMessage | InvalidField senseless) {
                      message.acknowledge();
                      throw senseless;
                    }
                    message.acknowledge(); // What could not be done comes again with the broker.
                  });
            });
  }

  /** Until its first agent comes, nobody knows when a pilot that waits in a queue will end. */
  private void knowEnd(PilotAccess access, AgentPresence told) {
    Long lasts = told.lasts();
    if (lasts != null) {
      long end = clock.millis() * 1000 + lasts;
      submit("limit access", () -> access.limit(told.agent().pilot(), end));
    }
  }

  private void endAccess() throws Exception {
    PilotAccess access = pilotAccess;
    PilotEnds ends = pilots;
    if (access != null && ends != null) {
      access.endWhatIsOver(clock.millis() * 1000, ends::hasEndedFor);
    }
  }

  private void endAccessSoon() {
    later(PilotEnds.TO_GO.plusMillis(1), "end a pilot's access", this::endAccess);
  }

  private void tellTime(ClientMessage message) throws Exception {
    ClockRequest request = WireFormat.decode(CoreMessages.body(message), ClockRequest.class);
    long now = System.currentTimeMillis() * 1000;
    String address = Addresses.control(request.agent().pilot());
    ClockAnswer answer = new ClockAnswer(request.agent(), request.sentNanos(), now);
    submit("answer " + address, () -> send(address, RoutingType.MULTICAST, answer));
  }

  private void obey(ClientMessage message) throws Exception {
    Orders known = orders;
    if (known != null) {
      Orders.Deed deed = known.read(message);
      submit("obey an order", deed::run);
    }
  }

  private void send(String address, RoutingType type, Record body) throws Exception {
    ClientSession own = session;
    ClientProducer out = producer;
    if (own == null || out == null) {
      return;
    }
    if (server.getAddressInfo(SimpleString.of(address)) == null) {
      server.addAddressInfo(new AddressInfo(SimpleString.of(address), type).setAutoCreated(false));
    }
    out.send(address, CoreMessages.json(own, WireFormat.encode(body), false));
  }

  void laneOpened(String queue) {
    submit("publish " + queue, () -> publish(queue, true));
  }

  void laneClosed(String queue) {
    submit("publish " + queue, () -> publish(queue, false));
  }

  private void publishUnheard() throws Exception {
    for (String lane : unheard.look()) {
      publish(lane, true);
    }
  }

  private void publish(String queue, boolean open) throws Exception {
    ClientSession own = session;
    ClientProducer out = producer;
    if (own == null || out == null || Lane.parse(queue).isEmpty()) {
      return; // Not started yet: start() publishes all lanes. Or not a lane.
    }
    LaneRecord lane = new LaneRecord(queue, open, names.of(queue));
    ClientMessage message = CoreMessages.json(own, WireFormat.encode(lane), true);
    message.putStringProperty(Properties.LANE_KEY, queue);
    out.send(Addresses.LANES, message);
  }

  private void prune() throws Exception {
    Pruning.sessions(server, clock.millis() * 1000);
    long dropped = copies.endWhenForgotten(clock.millis());
    if (dropped > 0) {
      LOG.warn(
          "no collector has come for {} days: results are no longer copied, {} copies are dropped;"
              + " the sessions keep theirs",
          CollectorCopies.UNREAD.toDays(),
          dropped);
    }
  }

  private void submit(String what, Work work) {
    if (!thread.isShutdown()) {
      thread.execute(() -> work(what, work));
    }
  }

  private static void work(String what, Work work) {
    try {
      work.run();
    } catch (MalformedMessage | InvalidField e) {
      LOG.warn("{}: a message that makes no sense: {}", what, e.getMessage());
    } catch (Exception e) {
      LOG.warn("the steward could not {}", what, e);
    }
  }

  void close() {
    thread.shutdownNow();
    PilotEnds ends = pilots;
    if (ends != null) {
      ends.close();
    }
    if (connection != null) {
      connection.close();
    }
  }
}
