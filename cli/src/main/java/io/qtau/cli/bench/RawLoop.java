package io.qtau.cli.bench;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.messaging.Credential;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Lane;
import io.qtau.protocol.Payload;
import io.qtau.protocol.Pool;
import io.qtau.protocol.Priority;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.Shape;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.WireFormat;
import java.nio.charset.StandardCharsets;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.apache.activemq.artemis.api.core.QueueConfiguration;
import org.apache.activemq.artemis.api.core.RoutingType;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientProducer;
import org.apache.activemq.artemis.api.core.client.ClientSession;

/**
 * The least that the broker can do for a durable task: send, take, result and ack in one
 * transaction, collect; by the bare core API, in groups as large as the product's, and with bodies
 * of its sizes. No task is looked at or run. What the product reaches is told beside this.
 */
public final class RawLoop {
  private static final int GROUP = 500;
  private static final int WINDOW = 1 << 20;
  private static final long WAIT_MS = 10_000;
  private static final Pool POOL = new Pool("bench-raw");

  private final BrokerUrl url;
  private final Credential credential;
  private final byte[] task;
  private final byte[] result = "x".repeat(480).getBytes(StandardCharsets.UTF_8);

  public RawLoop(BrokerUrl url, Credential credential) {
    this.url = url;
    this.credential = credential;
    this.task = WireFormat.encode(TaskDescription.of(new Payload.Noop()).id("t").build());
  }

  /** One party's part, over a session of its own. */
  private interface Part {
    void run(ClientSession session) throws Exception;
  }

  /** Messages per second from the first send to the last collected result. */
  public double perSecond(int n) throws Exception {
    SessionName session = new SessionName("raw-" + UUID.randomUUID());
    String lane = new Lane(POOL, new Shape("c1"), Priority.NORMAL, false).address();
    String results = Addresses.result(session);
    prepare(lane);
    ExecutorService threads = Executors.newFixedThreadPool(3);
    try {
      long start = System.nanoTime();
      Future<?> sent = threads.submit(() -> over(s -> send(s, lane, session, n)));
      Future<?> taken = threads.submit(() -> over(s -> take(s, lane, results, session, n)));
      Future<?> collected = threads.submit(() -> over(s -> collect(s, results, n)));
      sent.get();
      taken.get();
      collected.get();
      return n / ((System.nanoTime() - start) / 1e9);
    } finally {
      threads.shutdownNow();
    }
  }

  /** One after the other, all in one thread: the time from before a send to its result. */
  public RoundTrips.Millis tripMillis(int n) throws Exception {
    SessionName session = new SessionName("raw-" + UUID.randomUUID());
    String lane = new Lane(POOL, new Shape("c1"), Priority.NORMAL, false).address();
    String results = Addresses.result(session);
    prepare(lane);
    long[] nanos = new long[n];
    over(s -> over(t -> over(u -> trips(s, t, u, lane, results, session, nanos))));
    return RoundTrips.millis(nanos);
  }

  private void trips(
      ClientSession sender,
      ClientSession taker,
      ClientSession reader,
      String lane,
      String results,
      SessionName session,
      long[] nanos)
      throws Exception {
    send(sender, lane, session, 1);
    take(taker, lane, results, session, 1);
    collect(reader, results, 1);
    try (ClientProducer out = sender.createProducer(lane);
        ClientConsumer lanes = taker.createConsumer(lane, null, WINDOW, -1, false);
        ClientProducer back = taker.createProducer(results);
        ClientConsumer in = reader.createConsumer(results, null, WINDOW, -1, false)) {
      for (int i = 0; i < nanos.length; i++) {
        long start = System.nanoTime();
        out.send(task(sender, session, "trip" + i));
        sender.commit();
        ClientMessage message = first(lanes);
        back.send(answer(taker, message, session));
        message.acknowledge();
        taker.commit();
        first(in).acknowledge();
        nanos[i] = System.nanoTime() - start;
        reader.commit();
      }
    }
  }

  private void prepare(String lane) throws Exception {
    over(
        session -> {
          if (!session.queueQuery(SimpleString.of(lane)).isExists()) {
            session.createQueue(
                QueueConfiguration.of(lane)
                    .setRoutingType(RoutingType.ANYCAST)
                    .setDurable(true)
                    .setAutoCreated(true));
          }
        });
  }

  private Void over(Part part) throws Exception {
    try (CoreConnection connection = CoreConnection.open(url, credential);
        ClientSession session = connection.transacted()) {
      session.start();
      part.run(session);
      return null;
    }
  }

  private void send(ClientSession session, String lane, SessionName name, int n) throws Exception {
    try (ClientProducer producer = session.createProducer(lane)) {
      for (int i = 0; i < n; i++) {
        producer.send(task(session, name, "t" + i));
        if (i % GROUP == GROUP - 1) {
          session.commit();
        }
      }
      session.commit();
    }
  }

  private ClientMessage task(ClientSession session, SessionName name, String id) {
    ClientMessage message = CoreMessages.json(session, task, true);
    message.putIntProperty(Properties.VERSION, Properties.CURRENT_VERSION);
    message.putStringProperty(Properties.SESSION, name.value());
    message.putStringProperty(Properties.ID, id);
    message.putStringProperty(Properties.KIND, "noop");
    return message;
  }

  private void take(ClientSession session, String lane, String results, SessionName name, int n)
      throws Exception {
    try (ClientConsumer consumer = session.createConsumer(lane, null, WINDOW, -1, false);
        ClientProducer producer = session.createProducer(results)) {
      for (int done = 0; done < n; ) {
        ClientMessage message = first(consumer);
        for (int i = 0; message != null; i++) {
          producer.send(answer(session, message, name));
          message.acknowledge();
          done++;
          message = i < GROUP ? consumer.receiveImmediate() : null;
        }
        session.commit();
      }
    }
  }

  private ClientMessage answer(ClientSession session, ClientMessage task, SessionName name) {
    ClientMessage message = CoreMessages.json(session, result, true);
    message.putIntProperty(Properties.VERSION, Properties.CURRENT_VERSION);
    message.putStringProperty(Properties.SESSION, name.value());
    message.putStringProperty(Properties.ID, task.getStringProperty(Properties.ID));
    message.putIntProperty(Properties.REPLAY, 0);
    message.putStringProperty(Properties.STATUS, "SUCCESS");
    message.putStringProperty(Properties.PILOT, POOL.value());
    return message;
  }

  private static void collect(ClientSession session, String results, int n) throws Exception {
    while (!session.queueQuery(SimpleString.of(results)).isExists()) {
      Thread.sleep(1); // The broker makes it before it lets the first task in.
    }
    try (ClientConsumer consumer = session.createConsumer(results, null, WINDOW, -1, false)) {
      for (int done = 0; done < n; ) {
        ClientMessage message = first(consumer);
        for (int i = 0; message != null; i++) {
          message.acknowledge();
          done++;
          message = i < GROUP ? consumer.receiveImmediate() : null;
        }
        session.commit();
      }
    }
  }

  private static ClientMessage first(ClientConsumer consumer) throws Exception {
    ClientMessage message = consumer.receive(WAIT_MS);
    if (message == null) {
      throw new IllegalStateException("no message came within " + WAIT_MS + " ms");
    }
    return message;
  }
}
