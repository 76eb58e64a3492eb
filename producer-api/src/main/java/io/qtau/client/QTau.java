package io.qtau.client;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.messaging.Jms;
import io.qtau.messaging.TlsTrouble;
import io.qtau.protocol.AgentState;
import io.qtau.protocol.CancelOrder;
import io.qtau.protocol.CancelReceipt;
import io.qtau.protocol.InvalidField;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.TaskId;
import io.qtau.protocol.WireFormat;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * A client of one broker: the way to sessions.
 *
 * <p>Once connected it waits for a broker that goes away, for ever unless {@link #withPatience}
 * says otherwise, and loses and doubles nothing meanwhile. Thread-safe; it has no thread of its
 * own.
 */
public final class QTau implements AutoCloseable {
  private final Dialer dialer;
  private final Open open;

  private QTau(Dialer dialer, Open open) {
    this.dialer = dialer;
    this.open = open;
  }

  /**
   * Connects to a broker.
   *
   * @param url for {@code tls://} one that says which certificate it is checked against
   * @throws BrokerUnavailable when it does not answer now; later it may
   * @throws CredentialRefused when it does not know the credential
   */
  public static QTau connect(BrokerUrl url, Credential credential)
      throws BrokerUnavailable, CredentialRefused {
    try {
      return connect(Jms.factory(url, credential), url.toString());
    } catch (BrokerUnavailable e) {
      String trouble = TlsTrouble.with(url).orElse(null);
      throw trouble == null
          ? e
          : new BrokerUnavailable("the broker at " + url + " cannot be reached: " + trouble, e);
    }
  }

  /**
   * Connects with a factory of the caller's own, which brings its credential along. Its connections
   * need not reconnect by themselves.
   *
   * @throws BrokerUnavailable when the broker does not answer now; later it may
   * @throws CredentialRefused when it does not know the credential
   */
  public static QTau connect(ConnectionFactory factory)
      throws BrokerUnavailable, CredentialRefused {
    return connect(factory, "the caller's connection factory");
  }

  /**
   * Connects to the broker of the environment: {@code QTAU_BROKER} (a URL) with {@code
   * QTAU_CREDENTIAL} and {@code QTAU_CA} (files), or what {@code broker.json}, {@code credential}
   * and {@code ca.pem} in {@code $QTAU_HOME} or {@code ~/.qtau} say.
   *
   * @throws BrokerUnavailable when none is known, or it does not answer now
   * @throws CredentialRefused when there is no credential, or the broker does not know it
   */
  public static QTau connect() throws BrokerUnavailable, CredentialRefused {
    Home home = Home.ofProcess();
    return connect(home.broker(), home.credential());
  }

  private static QTau connect(ConnectionFactory factory, String what)
      throws BrokerUnavailable, CredentialRefused {
    Dialer dialer = new Dialer(factory, null, false);
    try {
      return new QTau(dialer, new Open(new Lookup(dialer.dial(false))));
    } catch (JMSException e) {
      throw new BrokerUnavailable("no broker answers at " + what + ": " + e.getMessage(), e);
    }
  }

  /**
   * The same client with sessions that wait only so long for a broker that is away, then throw
   * {@link BrokerUnavailable}. Closing either closes both.
   */
  public QTau withPatience(Duration patience) {
    return new QTau(dialer.withPatience(patience), open);
  }

  /**
   * The same client with sessions whose submits wait, as long as the client's patience lasts, while
   * the broker takes no tasks because its disk or a lane is full. Closing either closes both.
   */
  public QTau waitingForRoom() {
    return new QTau(dialer.waitingForRoom(), open);
  }

  /** A new session whose name nobody can guess. */
  public Session newSession() {
    return open(RandomNames.session());
  }

  /**
   * A new session.
   *
   * @throws InvalidField when that is no name of a session
   * @throws SessionExists when the broker has a record of it
   */
  public Session newSession(String name) throws QTauException, InterruptedException {
    SessionName session = RandomNames.session(name);
    if (!records(session).isEmpty()) {
      throw new SessionExists("there is a session " + name + " already");
    }
    return open(session);
  }

  /**
   * A session, there already or new, with a new writer: to submit more.
   *
   * @throws InvalidField when that is no name of a session
   */
  public Session session(String name) {
    return open(RandomNames.session(name));
  }

  /**
   * A session that is there already: to have its results.
   *
   * @throws UnknownSession when the broker has no record of it
   * @throws InvalidField when that is no name of a session
   */
  public Session attach(String name) throws QTauException, InterruptedException {
    return open(known(name), false);
  }

  /**
   * The same, and a reader that takes its results now, in any process, is ended when this one
   * begins to read: it gets {@link SessionInUse}. What it has recorded and not acknowledged comes
   * again.
   *
   * @throws UnknownSession when the broker has no record of it
   * @throws InvalidField when that is no name of a session
   */
  public Session steal(String name) throws QTauException, InterruptedException {
    return open(known(name), true);
  }

  private SessionName known(String name) throws QTauException, InterruptedException {
    SessionName session = RandomNames.session(name);
    if (records(session).isEmpty()) {
      throw new UnknownSession("the broker has no record of a session " + name);
    }
    return session;
  }

  /**
   * Cancels the tasks that a session has now: those that wait never start, those that run are ended
   * with all their processes, and each gets one result {@code CANCELED}. Tasks that have finished
   * keep their results. Agents that are away obey when they come back.
   *
   * @return how many waited; when this returns they are out of their lanes
   * @throws UnknownSession when the broker has no record of it
   */
  public long cancel(String session) throws QTauException, InterruptedException {
    return cancel(session, List.of(), null, null);
  }

  /** The same for some tasks: at least one. */
  public long cancel(String session, Collection<TaskId> ids)
      throws QTauException, InterruptedException {
    if (ids.isEmpty()) {
      throw new IllegalArgumentException("no id: cancel(session) cancels all of its tasks");
    }
    return cancel(session, List.copyOf(ids), null, null);
  }

  /** The same for the tasks whose tag says so. */
  public long cancelTagged(String session, String tag, String value)
      throws QTauException, InterruptedException {
    return cancel(session, List.of(), tag, value);
  }

  private long cancel(
      String session, List<TaskId> ids, @Nullable String tag, @Nullable String value)
      throws QTauException, InterruptedException {
    SessionName name = known(session);
    CancelOrder order = new CancelOrder(RandomNames.text(), name, ids, tag, value);
    AtomicLong queued = new AtomicLong();
    new StewardCall(dialer)
        .ask(
            order,
            order.token(),
            Properties.CANCEL_TOKEN,
            answer -> {
              queued.set(WireFormat.decode(answer, CancelReceipt.class).queued());
              return true;
            });
    return queued.get();
  }

  /** The queues and agents of the broker, as they are now; no tasks. */
  public Survey survey() throws QTauException, InterruptedException {
    return Survey.make(dialer, null, null);
  }

  /**
   * The same, with the tasks of a session that wait, run, or whose results nobody has read.
   *
   * @throws UnknownSession when the broker has no record of it
   */
  public Survey survey(String session) throws QTauException, InterruptedException {
    return survey(session, null);
  }

  /** The same for one task of it; null = all. */
  public Survey survey(String session, @Nullable TaskId id)
      throws QTauException, InterruptedException {
    SessionName name = known(session);
    return Survey.make(dialer, name, id);
  }

  /**
   * The last heartbeat of each agent; one that has left says so, {@code DONE}, for a moment. For
   * the broker's owner.
   */
  public List<AgentState> agents() throws QTauException, InterruptedException {
    return open.lookup().ask(dialer, AgentTable::read);
  }

  /** Which pilots may log in. */
  public PilotAccess pilotAccess() {
    return new PilotAccess(dialer);
  }

  /** The table of pilots, and what they can be told. */
  public PilotOrders pilots() {
    return new PilotOrders(dialer);
  }

  /** The tasks that were lost with too many agents. */
  public DeadLetters deadLetters() {
    return new DeadLetters(dialer);
  }

  private List<SessionRecord> records(SessionName session)
      throws QTauException, InterruptedException {
    return open.lookup().ask(dialer, link -> SessionTable.of(link, session));
  }

  private Session open(SessionName name) {
    return open(name, false);
  }

  private Session open(SessionName name, boolean steals) {
    Session session = new Session(name, dialer, open, steals);
    open.sessions().add(session);
    return session;
  }

  /**
   * Closes the sessions that are open (see there) and the connection; does nothing the second time.
   */
  @Override
  public void close() {
    open.close();
  }
}
