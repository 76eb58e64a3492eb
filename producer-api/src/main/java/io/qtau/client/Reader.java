package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.messaging.Timers;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
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

  /** A reader that was just killed may still be there in the broker's eyes. */
  private static final Duration TAKEN = Duration.ofSeconds(1);

  /** After a cut, the broker may take so long to see that our own connection is gone. */
  private static final Duration TAKEN_BY_US = Timers.CONNECTION_TTL.plus(TAKEN);

  private final SessionName session;
  private final String name = RandomNames.text();
  private final SeenResults seen = new SeenResults();
  private SessionRecord.@Nullable Read attempted;

  Reader(SessionName session) {
    this.session = session;
  }

  /** Reads until {@code stop} says so, over as many connections as that takes. */
  void read(ResultSink sink, BooleanSupplier stop, Dialer dialer)
      throws QTauException, IOException, InterruptedException {
    Outage outage = dialer.outage();
    Outage taken = new Outage(TAKEN);
    while (!stop.getAsBoolean()) {
      Progress progress = new Progress();
      try (Link link = dialer.dial(true, outage)) {
        readFrom(link, sink, stop, progress);
        return;
      } catch (JMSException e) {
        Link.throwIfInterrupted(e);
        if (progress.any) {
          outage = dialer.outage();
          taken = new Outage(TAKEN_BY_US);
        }
        if (Jms.isTaken(e)) {
          waitForTheOther(taken, e);
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

  private void waitForTheOther(Outage taken, JMSException e)
      throws SessionInUse, InterruptedException {
    try {
      taken.pause(e);
    } catch (BrokerUnavailable patienceIsOver) {
      throw new SessionInUse(
          "another reader takes the results of session " + session + "; stop it first");
    }
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
          base = take(link, drain(first, consumer), sink, base);
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
    attempted = null;
    return base;
  }

  private static List<Message> drain(Message first, MessageConsumer consumer) throws JMSException {
    List<Message> messages = new ArrayList<>();
    for (Message m = first; m != null; m = consumer.receiveNoWait()) {
      messages.add(m);
      if (messages.size() == MAX_RESULTS) {
        break;
      }
    }
    return messages;
  }

  private SessionRecord.Read take(
      Link link, List<Message> messages, ResultSink sink, SessionRecord.Read base)
      throws JMSException, IOException {
    SeenResults.Group group = seen.sort(decode(messages));
    if (!group.fresh().isEmpty()) {
      sink.record(group.fresh());
    }
    seen.recorded(group.fresh());
    SessionRecord.Read next =
        new SessionRecord.Read(
            session,
            base.taken() + group.toCount().size(),
            base.notSuccessful() + group.toCount().stream().filter(r -> !r.succeeded()).count(),
            name);
    SessionTable.put(link, next);
    attempted = next;
    link.session().commit();
    attempted = null;
    seen.counted();
    return next;
  }

  private List<TaskResult> decode(List<Message> messages) throws JMSException {
    long collectedUs = ChronoUnit.MICROS.between(Instant.EPOCH, Instant.now());
    List<TaskResult> results = new ArrayList<>(messages.size());
    for (Message message : messages) {
      try {
        TaskResult result = WireFormat.decodeResult(Jms.body(message));
        results.add(
            result.withTimeline(result.timeline().received(settledUs(message), collectedUs)));
      } catch (MalformedMessage e) {
        LOG.log(
            System.Logger.Level.WARNING,
            "a message in session {0} is no result and is dropped: {1}",
            session,
            e.getMessage());
      }
    }
    return results;
  }

  private static @Nullable Long settledUs(Message message) throws JMSException {
    return message.getObjectProperty(Properties.INGRESS_MS) instanceof Number ms
        ? (Long) (ms.longValue() * 1000)
        : null;
  }
}
