package io.qtau.client;

import io.qtau.messaging.Jms;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.Losses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.ResultKey;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.WireFormat;
import jakarta.jms.BytesMessage;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageConsumer;
import jakarta.jms.QueueBrowser;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * The tasks that were lost with too many agents. They stay until somebody replays or drops them;
 * their sessions have their results, {@code DEAD}, already.
 */
public final class DeadLetters {
  private static final int MOST_IN_A_TRANSACTION = 500;
  private static final long WAIT_MILLIS = 500;

  private final Dialer dialer;

  DeadLetters(Dialer dialer) {
    this.dialer = dialer;
  }

  /** What to do with one in a transaction. */
  private interface Deed {
    void with(Link link, Message message) throws JMSException, MalformedMessage;
  }

  /**
   * The dead tasks, without taking them away.
   *
   * @param session whose; null = of all sessions
   * @param id which one; null = all
   */
  public List<DeadTask> list(@Nullable String session, @Nullable String id)
      throws QTauException, InterruptedException {
    try (Link link = dialer.dial(false, dialer.outage());
        QueueBrowser browser =
            link.session().createBrowser(link.queue(Addresses.DEAD), selector(session, id))) {
      List<DeadTask> found = new ArrayList<>();
      Enumeration<?> messages = browser.getEnumeration();
      while (messages.hasMoreElements()) {
        found.add(read((Message) messages.nextElement()));
      }
      return found;
    } catch (JMSException | MalformedMessage e) {
      throw unavailable(e);
    }
  }

  /**
   * Puts dead tasks into their lanes again, as if they had never been lost; each will have another
   * result, with {@code replay} one higher.
   *
   * @return how many
   */
  public long replay(@Nullable String session, @Nullable String id)
      throws QTauException, InterruptedException {
    Map<SessionName, SessionRecord.Sent> records = new HashMap<>();
    String writer = "replay-" + RandomNames.text();
    return take(
        session,
        id,
        (link, message) -> {
          DeadTask task = read(message);
          send(link, task);
          // A replayed task has one more result: the session is not done before.
          SessionName owner = task.key().session();
          SessionRecord.Sent sent =
              records.merge(
                  owner,
                  new SessionRecord.Sent(owner, writer, 1, 1, true),
                  (a, b) ->
                      new SessionRecord.Sent(
                          owner, writer, a.accepted() + 1, a.lastBatch() + 1, true));
          SessionTable.put(link, sent);
        });
  }

  /**
   * Throws dead tasks away.
   *
   * @return how many
   */
  public long drop(@Nullable String session, @Nullable String id)
      throws QTauException, InterruptedException {
    return take(session, id, (link, message) -> {});
  }

  private long take(@Nullable String session, @Nullable String id, Deed deed)
      throws QTauException, InterruptedException {
    try (Link link = dialer.dial(true, dialer.outage());
        MessageConsumer consumer =
            link.session().createConsumer(link.queue(Addresses.DEAD), selector(session, id))) {
      long taken = 0;
      for (Message next = consumer.receive(WAIT_MILLIS);
          next != null;
          next = consumer.receive(WAIT_MILLIS)) {
        deed.with(link, next);
        taken++;
        if (taken % MOST_IN_A_TRANSACTION == 0) {
          link.session().commit();
        }
      }
      link.session().commit();
      return taken;
    } catch (JMSException | MalformedMessage e) {
      throw unavailable(e);
    }
  }

  private static void send(Link link, DeadTask dead) throws JMSException, MalformedMessage {
    byte[] body = dead.body().getBytes(StandardCharsets.UTF_8);
    TaskDescription task = WireFormat.decodeTask(body);
    BytesMessage message = link.json(body);
    message.setJMSCorrelationID(dead.key().id().value());
    message.setIntProperty(Properties.VERSION, Properties.CURRENT_VERSION);
    message.setStringProperty(Properties.SESSION, dead.key().session().value());
    message.setStringProperty(Properties.ID, dead.key().id().value());
    message.setStringProperty(Properties.KIND, dead.kind());
    message.setIntProperty(Properties.REPLAY, dead.key().replay() + 1);
    link.send(task.lane().address(), message, task.priority().jms());
  }

  private static DeadTask read(Message message) throws JMSException, MalformedMessage {
    String lost = message.getStringProperty(Properties.LOST_WITH);
    return new DeadTask(
        new ResultKey(
            new SessionName(message.getStringProperty(Properties.SESSION)),
            new TaskId(message.getStringProperty(Properties.ID)),
            message.propertyExists(Properties.REPLAY)
                ? message.getIntProperty(Properties.REPLAY)
                : 0),
        message.getStringProperty(Properties.KIND),
        lost == null
            ? Losses.NONE
            : WireFormat.decode(lost.getBytes(StandardCharsets.UTF_8), Losses.class),
        message.getJMSTimestamp(),
        new String(Jms.body(message), StandardCharsets.UTF_8));
  }

  /** Names have no quotes in them: see their alphabets. */
  private static @Nullable String selector(@Nullable String session, @Nullable String id) {
    if (session == null) {
      return null;
    }
    String ofSession = Properties.SESSION + " = '" + new SessionName(session) + "'";
    return id == null
        ? ofSession
        : ofSession + " AND " + Properties.ID + " = '" + new TaskId(id) + "'";
  }

  private static BrokerUnavailable unavailable(Exception e) {
    return new BrokerUnavailable("the dead letters cannot be read: " + e.getMessage(), e);
  }
}
