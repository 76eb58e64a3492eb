package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.messaging.Timers;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.StealOrder;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;
import jakarta.jms.InvalidDestinationException;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * Takes a session's results: first the sink has them, then one transaction acknowledges them and
 * moves the session's {@code read} record. Used by one thread.
 */
final class Reader {
  private static final System.Logger LOG = System.getLogger(Reader.class.getName());
  private static final int MAX_RESULTS = 1000;
  private static final long FIRST_MS = 100;

  /**
   * How long results gather before one commit acknowledges them: a sync of the journal that the
   * next submit need not wait for, when tasks go one after the other.
   */
  private static final long GATHER_NANOS = 20_000_000;

  /** A message that was waited for so long has none behind it yet. */
  private static final long ALONE_NANOS = 300_000;

  /** A reader that was just killed may still be there in the broker's eyes. */
  private static final Duration TAKEN = Duration.ofSeconds(1);

  /** After a cut, the broker may take so long to see that our own connection is gone. */
  private static final Duration TAKEN_BY_US = Timers.CONNECTION_TTL.plus(TAKEN);

  private final SessionName session;
  private final boolean steals;
  private final String name = RandomNames.text();
  private final SeenResults seen = new SeenResults();
  private SessionRecord.@Nullable Read attempted;

  /**
   * @param steals whether another reader is ended when this one begins
   */
  Reader(SessionName session, boolean steals) {
    this.session = session;
    this.steals = steals;
  }

  /** Reads until {@code stop} says so, over as many connections as that takes. */
  void read(ResultSink sink, BooleanSupplier stop, Dialer dialer)
      throws QTauException, IOException, InterruptedException {
    Outage outage = dialer.outage();
    Outage taken = new Outage(steals ? TAKEN_BY_US : TAKEN); // Whoever is ended comes back, too.
    boolean begun = false;
    while (!stop.getAsBoolean()) {
      Progress progress = new Progress();
      try (Link link = dialer.dial(true, outage)) {
        readFrom(link, sink, stop, progress);
        return;
      } catch (JMSException e) {
        Link.throwIfInterrupted(e);
        if (progress.any) {
          begun = true;
          outage = dialer.outage();
          taken = new Outage(TAKEN_BY_US);
        }
        if (Jms.isTaken(e)) {
          waitForTheOther(taken, begun, dialer, e);
          continue;
        }
        refuse(e);
        outage.pause(e);
      } catch (RuntimeException e) {
        Link.throwIfInterrupted(e);
        throw e;
      }
    }
  }

  private void waitForTheOther(Outage taken, boolean begun, Dialer dialer, JMSException e)
      throws QTauException, InterruptedException {
    try {
      taken.pause(e);
    } catch (BrokerUnavailable patienceIsOver) {
      throw new SessionInUse(
          begun
              ? "another reader has taken over the results of session " + session
              : "another reader takes the results of session "
                  + session
                  + "; stop it first, or steal them from it");
    }
    if (steals && !begun) {
      endTheOther(dialer);
    }
  }

  private void endTheOther(Dialer dialer) throws QTauException, InterruptedException {
    StealOrder order = new StealOrder(RandomNames.text(), session);
    new StewardCall(dialer).ask(order, order.token(), Properties.STEAL_TOKEN, answer -> true);
  }

  /** Whether a connection was of any use: then the patience begins anew. */
  private static final class Progress {
    private boolean any;
  }

  private static void refuse(JMSException e) throws CredentialRefused {
    boolean notYetThere = e instanceof InvalidDestinationException;
    if (!notYetThere && Refusal.of(e) == Refusal.REFUSED) {
      throw new CredentialRefused("the broker lets nobody read here: " + e.getMessage(), e);
    }
  }

  private void readFrom(Link link, ResultSink sink, BooleanSupplier stop, Progress progress)
      throws JMSException, IOException {
    SessionRecord.Read base = base(link);
    try (MessageConsumer consumer =
        link.session().createConsumer(link.queue(Addresses.result(session)))) {
      while (!stop.getAsBoolean()) {
        Message first = consumer.receive(FIRST_MS);
        progress.any = true;
        if (first != null) {
          record(first, consumer, sink);
          base = count(link, base);
        }
      }
    }
  }

  /**
   * Where the counting goes on: what the table says, which also tells how the last commit ended.
   */
  private SessionRecord.Read base(Link link) throws JMSException {
    SessionRecord.Read zero = new SessionRecord.Read(session, 0, 0, name);
    SessionRecord.Read base =
        SessionTable.find(link, zero.key(), SessionRecord.Read.class).orElse(zero);
    if (base.equals(attempted)) {
      seen.counted();
    }
    seen.uncount();
    attempted = null;
    return base;
  }

  /**
   * Hands results on for as long as it takes to be worth a commit: at once what had to be waited
   * for, together what lay there.
   */
  private void record(Message first, MessageConsumer consumer, ResultSink sink)
      throws JMSException, IOException {
    long end = System.nanoTime() + GATHER_NANOS;
    int taken = 1;
    List<TaskResult> results = new ArrayList<>();
    decode(first, results);
    hand(results, sink);
    for (long now = System.nanoTime(); now < end && taken < MAX_RESULTS; ) {
      // Not receiveNoWait: that asks the broker and waits for its answer.
      long wait = results.isEmpty() ? Math.max(1, (end - now) / 1_000_000) : 1;
      Message next = consumer.receive(wait);
      long asked = now;
      now = System.nanoTime();
      if (next != null) {
        decode(next, results); // A large one cannot be read any more when another has come.
        taken++;
      }
      if (next == null || now - asked > ALONE_NANOS) {
        hand(results, sink);
      }
    }
    hand(results, sink);
  }

  private void hand(List<TaskResult> results, ResultSink sink) throws IOException {
    List<TaskResult> fresh = seen.sort(results);
    if (!fresh.isEmpty()) {
      sink.record(fresh);
    }
    seen.recorded(fresh);
    results.clear();
  }

  private SessionRecord.Read count(Link link, SessionRecord.Read base) throws JMSException {
    Collection<TaskResult> group = seen.group();
    SessionRecord.Read next =
        new SessionRecord.Read(
            session,
            base.taken() + group.size(),
            base.notSuccessful() + group.stream().filter(r -> !r.succeeded()).count(),
            name);
    SessionTable.put(link, next);
    attempted = next;
    link.session().commit();
    attempted = null;
    seen.counted();
    return next;
  }

  private void decode(Message message, List<TaskResult> results) throws JMSException {
    long collectedUs = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    try {
      TaskResult result = WireFormat.decodeResult(Jms.body(message));
      results.add(result.withTimeline(result.timeline().received(settledUs(message), collectedUs)));
    } catch (MalformedMessage e) {
      LOG.log(
          System.Logger.Level.WARNING,
          "a message in session {0} is no result and is dropped: {1}",
          session,
          e.getMessage());
    }
  }

  private static @Nullable Long settledUs(Message message) throws JMSException {
    return message.getObjectProperty(Properties.INGRESS_MS) instanceof Number ms
        ? (Long) (ms.longValue() * 1000)
        : null;
  }
}
