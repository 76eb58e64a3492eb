package io.qtau.agent;

import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentName;
import io.qtau.protocol.ClockAnswer;
import io.qtau.protocol.ClockRequest;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.WireFormat;
import java.util.UUID;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Asks the broker for its time: five times at once, then every 10 s. */
final class ClockSync {
  private static final Logger LOG = LoggerFactory.getLogger(ClockSync.class);

  private final Link link;
  private final AgentName agent;
  private final AgentClock clock;
  private final ClockOffset offset;

  ClockSync(Link link, AgentName agent, AgentClock clock, ClockOffset offset) {
    this.link = link;
    this.agent = agent;
    this.clock = clock;
    this.offset = offset;
  }

  void start(ScheduledExecutorService timer) throws ActiveMQException {
    // One session to ask and one to listen: a session is one thread's.
    ClientSession session = link.connection().automatic();
    ClientSession listener = link.connection().automatic();
    String queue = Addresses.control(agent.pilot()) + "." + UUID.randomUUID();
    ClientProducer requests = session.createProducer(Addresses.CLOCK);
    ask(session, requests); // The first one makes the steward make the address.
    Loop loop = new Loop(session, listener, requests, queue);
    for (int i = 1; i <= 5; i++) {
      var unused = timer.schedule(loop, 100L * i, TimeUnit.MILLISECONDS);
    }
    loop.every = timer.scheduleWithFixedDelay(loop, 10, 10, TimeUnit.SECONDS);
  }

  /** One question at a time; ends with its link. */
  private final class Loop implements Runnable {
    private final ClientSession session;
    private final ClientSession listener;
    private final ClientProducer requests;
    private final String queue;
    private boolean listening;
    private volatile @Nullable ScheduledFuture<?> every;

    Loop(ClientSession session, ClientSession listener, ClientProducer requests, String queue) {
      this.session = session;
      this.listener = listener;
      this.requests = requests;
      this.queue = queue;
    }

    @Override
    public synchronized void run() {
      ScheduledFuture<?> own = every;
      if (link.hasEnded()) {
        if (own != null) {
          own.cancel(false);
        }
        return;
      }
      try {
        listen();
        offset.age();
        ask(session, requests);
      } catch (ActiveMQException e) {
        LOG.debug("the broker's time stays unknown", e);
      }
    }

    private void listen() throws ActiveMQException {
      if (!listening) {
        listener.createQueue(
            QueueConfiguration.of(queue)
                .setAddress(Addresses.control(agent.pilot()))
                .setRoutingType(RoutingType.MULTICAST)
                .setDurable(false)
                .setTemporary(true));
        listener.start();
        listener.createConsumer(queue).setMessageHandler(ClockSync.this::heard);
        listening = true;
      }
    }
  }

  private void ask(ClientSession session, ClientProducer requests) throws ActiveMQException {
    byte[] body = WireFormat.encode(new ClockRequest(agent, clock.micros() * 1000));
    requests.send(CoreMessages.json(session, body, false));
  }

  private void heard(ClientMessage message) {
    long now = clock.micros();
    try {
      message.acknowledge();
      ClockAnswer answer = WireFormat.decode(CoreMessages.body(message), ClockAnswer.class);
      if (answer.agent().equals(agent)) {
        offset.heard(answer.sentNanos() / 1000, now, answer.brokerUs());
      }
    } catch (ActiveMQException e) {
      LOG.debug("an answer that came as the connection went", e);
    } catch (MalformedMessage e) {
      LOG.debug("another message on the control address: {}", e.getMessage());
    }
  }
}
