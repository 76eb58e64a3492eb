package io.qtau.client;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.TaskDescription;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;

/**
 * A durable mailbox for results, and one writer that submits tasks into it. It outlives this
 * object: what was submitted goes on, and {@link QTau#attach} finds it again.
 *
 * <p>There are two ways to the results, and a session object goes one of them: <em>handles</em>
 * ({@link #submit(TaskDescription)}, {@link #submitAll}), which one daemon thread completes, or a
 * <em>reader</em> ({@link #submit(Iterator, LongConsumer)} and {@link #read}). The other way then
 * throws {@link IllegalStateException}: results that handles take are gone from the broker.
 *
 * <p>Thread-safe. Submits of several threads go one after the other; one thread reads.
 */
public final class Session implements AutoCloseable {
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(5);

  private final SessionName name;
  private final Dialer dialer;
  private final Open open;
  private final Writer writer;
  private final ReentrantLock writing = new ReentrantLock();
  private final Results results;
  private final AtomicBoolean closed = new AtomicBoolean();

  Session(SessionName name, Dialer dialer, Open open, boolean steals) {
    this.name = name;
    this.dialer = dialer;
    this.open = open;
    writer = new Writer(name, open.ids());
    results = new Results(name, dialer, steals);
  }

  public SessionName name() {
    return name;
  }

  /**
   * Submits a task. When this returns, the broker has it on its disk. A task without an id gets
   * one.
   *
   * @throws DuplicateTask when its id was used in this session before; the broker does not have it
   * @throws TaskRefused when the broker does not want it; the message says why
   * @throws BrokerUnavailable when the broker did not come back within the client's patience, or is
   *     full; see there for what it has
   * @throws CredentialRefused when it came back and no longer knows this client
   * @throws InterruptedException when interrupted; whether the broker has the task is not known
   *     until the next submit or seal, which brings it in, once
   * @throws IllegalStateException when this object is closed, sealed or has a reader, or when the
   *     session holds other results that nobody has taken
   */
  public TaskHandle submit(TaskDescription task) throws QTauException, InterruptedException {
    return submitAll(List.of(task)).get(0);
  }

  /**
   * Submits tasks in batches. When this returns, the broker has all of them on its disk. Exceptions
   * as with {@link #submit(TaskDescription)}; {@link QTauException#accepted()} says how many tasks
   * were in before.
   *
   * @return the handles in the order of the tasks
   */
  public List<TaskHandle> submitAll(Collection<TaskDescription> tasks)
      throws QTauException, InterruptedException {
    writing.lockInterruptibly();
    try {
      requireWritable();
      requireNothingElse();
      List<TaskDescription> all = List.copyOf(tasks);
      open.ids().check(name, all);
      List<TaskHandle> handles = new ArrayList<>(all.size());
      Batches batches = new Batches(name, open.ids(), all.iterator());
      while (batches.hasNext()) {
        handles.addAll(bringWithHandles(batches.next(handles.size()), handles.size()));
      }
      return handles;
    } finally {
      writing.unlock();
    }
  }

  private List<TaskHandle> bringWithHandles(Batch batch, long accepted)
      throws QTauException, InterruptedException {
    List<TaskHandle> handles = results.handles().of(batch);
    try {
      writer.bring(batch, dialer, accepted);
    } catch (QTauException | InterruptedException | RuntimeException e) {
      if (!writer.isUnsettled(batch)) {
        results.handles().forget(handles);
      }
      throw e;
    }
    results.completeHandles();
    return handles;
  }

  /** Handles would swallow what somebody else has submitted or left unread here. */
  private void requireNothingElse() throws QTauException, InterruptedException {
    if (!results.chooseHandles()) {
      return;
    }
    boolean alone = false;
    try {
      SessionState state = state();
      alone = state.open() == 0 && !state.fedByForeign();
    } finally {
      if (!alone) {
        results.unchoose();
      }
    }
    if (!alone) {
      throw new IllegalStateException(
          "the session " + name + " has results that are not of these handles: read() them first");
    }
  }

  /**
   * Submits tasks as they come, in batches, without handles; it holds no more than one batch in
   * memory. When this returns, the broker has all of them on its disk. Exceptions as with {@link
   * #submit(TaskDescription)}; an exception of {@code tasks} is passed on, and the broker has the
   * batches before.
   *
   * @param acceptedSoFar hears after each batch how many tasks of this call the broker has
   */
  public Receipt submit(Iterator<TaskDescription> tasks, LongConsumer acceptedSoFar)
      throws QTauException, InterruptedException {
    writing.lockInterruptibly();
    try {
      requireWritable();
      results.chooseReader();
      long accepted = 0;
      Batches batches = new Batches(name, open.ids(), tasks);
      while (batches.hasNext()) {
        Batch batch = batches.next(accepted);
        writer.bring(batch, dialer, accepted);
        accepted += batch.size();
        acceptedSoFar.accept(accepted);
      }
      return new Receipt(name, accepted);
    } finally {
      writing.unlock();
    }
  }

  /**
   * Says that this object will submit no more: a session is done when all its writers have said so
   * and all results are taken. A second call does nothing.
   *
   * @throws BrokerUnavailable when the broker did not come back within the client's patience; call
   *     again
   */
  public void seal() throws QTauException, InterruptedException {
    writing.lockInterruptibly();
    try {
      requireOpen();
      sealNow(dialer);
    } finally {
      writing.unlock();
    }
  }

  private void sealNow(Dialer patient) throws QTauException, InterruptedException {
    if (!writer.sealed()) {
      writer.bring(Batch.SEAL, patient, 0);
    }
  }

  /**
   * How far the session is, by the broker's table; the tasks of all its writers count.
   *
   * @throws BrokerUnavailable when the broker did not come back within the client's patience
   */
  public SessionState state() throws QTauException, InterruptedException {
    List<SessionRecord> records = open.lookup().ask(dialer, link -> SessionTable.of(link, name));
    return SessionState.of(name, records);
  }

  /**
   * Takes results, in the calling thread, until {@code stop} says so. It hands to the sink whatever
   * is there, up to 1,000 at a time; when the sink has recorded them, one transaction acknowledges
   * them and counts them in the table. A broker that is away is awaited.
   *
   * @param stop is asked after each group, and ten times a second while nothing comes
   * @throws IOException of the sink; the broker keeps what the sink did not record
   * @throws BrokerUnavailable when the broker did not come back within the client's patience
   * @throws SessionInUse when another reader, in any process, takes the results
   * @throws InterruptedException when interrupted; what the sink has may come again
   * @throws IllegalStateException when this object has handles, is closed or has a reader already
   */
  public void read(ResultSink sink, BooleanSupplier stop)
      throws QTauException, IOException, InterruptedException {
    requireOpen();
    results.read(sink, stop);
  }

  private void requireWritable() {
    requireOpen();
    if (writer.sealed()) {
      throw new IllegalStateException(
          "this writer is sealed; QTau.session(\"" + name + "\") gives another one");
    }
  }

  private void requireOpen() {
    if (closed.get()) {
      throw new IllegalStateException("this session object is closed");
    }
  }

  /**
   * Ends this object: seals its writer if it has submitted anything, stops reading, and completes
   * the open handles exceptionally. Tasks and results stay with the broker. Takes some seconds at
   * most while the broker is away (the seal is then missing, and the session never done); does
   * nothing the second time; keeps the interrupt flag.
   */
  @Override
  public void close() {
    if (closed.getAndSet(true)) {
      return;
    }
    open.sessions().remove(this);
    boolean interrupted = Thread.interrupted();
    try {
      interrupted |= sealIfNeeded();
      interrupted |= results.close();
      writer.close();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  /** Returns whether it was interrupted. */
  private boolean sealIfNeeded() {
    try {
      if (writing.tryLock(CLOSE_PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        sealLocked();
      }
      return false;
    } catch (InterruptedException e) {
      return true;
    } catch (QTauException | RuntimeException e) {
      System.getLogger(Session.class.getName())
          .log(System.Logger.Level.WARNING, "the session {0} could not be sealed: {1}", name, e);
      return false;
    }
  }

  private void sealLocked() throws QTauException, InterruptedException {
    try {
      if (writer.hasSent()) {
        sealNow(dialer.withPatience(CLOSE_PATIENCE));
      }
    } finally {
      writing.unlock();
    }
  }

  @Override
  public String toString() {
    return "Session[" + name + "]";
  }
}
