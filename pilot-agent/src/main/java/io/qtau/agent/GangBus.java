package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.GangNote;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.WireFormat;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Carries notes between the agents of a pilot while there is a link; without one they are lost. */
final class GangBus implements GangNotes {
  private static final Logger LOG = LoggerFactory.getLogger(GangBus.class);
  private static final String ALL = "all";

  /** Who was not heard for a lease has given up his part, and says so as soon as he is heard. */
  private static final long RECOVERY = 2 * GangParts.LEASE;

  /** One link's way out. */
  private record Way(ClientSession session, ClientProducer producer) {}

  private final AgentName own;
  private final AtomicReference<@Nullable Way> way = new AtomicReference<>();
  private volatile long openedNanos;
  private volatile boolean reopened;

  GangBus(AgentName own) {
    this.own = own;
  }

  /** Listens and speaks over this link from now on. */
  void open(Link link, Consumer<GangNote> heard) throws ActiveMQException {
    String address = Addresses.gangs(own.pilot());
    String queue = address + "." + UUID.randomUUID();
    // One session to speak and one to listen: a session is one thread's.
    ClientSession listener = link.connection().automatic();
    listener.createQueue(
        QueueConfiguration.of(queue)
            .setAddress(address)
            .setRoutingType(RoutingType.MULTICAST)
            .setFilterString(Properties.TO + " IN ('" + own + "', '" + ALL + "')")
            .setDurable(false)
            .setTemporary(true));
    listener.start();
    listener.createConsumer(queue).setMessageHandler(message -> read(message, heard));
    ClientSession session = link.connection().automatic();
    reopened = openedNanos != 0;
    openedNanos = System.nanoTime();
    way.set(new Way(session, session.createProducer(address)));
  }

  private static void read(ClientMessage message, Consumer<GangNote> heard) {
    try {
      message.acknowledge();
      heard.accept(WireFormat.decode(CoreMessages.body(message), GangNote.class));
    } catch (MalformedMessage | InvalidField e) {
      LOG.warn("a note of another agent cannot be read: {}", e.getMessage());
    } catch (ActiveMQException e) {
      LOG.debug("a note that came as the connection went", e);
    }
  }

  @Override
  public boolean wasAway() {
    return way.get() == null || (reopened && System.nanoTime() - openedNanos < RECOVERY);
  }

  /** For one thread. */
  @Override
  public void send(GangNote note, @Nullable AgentName to) {
    Way known = way.get();
    if (known == null) {
      return;
    }
    try {
      ClientMessage message = CoreMessages.json(known.session(), WireFormat.encode(note), false);
      message.putStringProperty(Properties.TO, to == null ? ALL : to.toString());
      known.producer().send(message);
    } catch (ActiveMQException e) {
      way.compareAndSet(known, null); // Until there is a new link, which there may be by now.
      LOG.debug("{} was not said", note.word(), e);
    }
  }
}
