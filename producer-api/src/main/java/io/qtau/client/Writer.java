package io.qtau.client;

import io.qtau.protocol.SessionName;
import io.qtau.protocol.SessionRecord;
import io.qtau.protocol.TaskKey;
import jakarta.jms.JMSException;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Brings batches to the broker, each exactly once, whatever happens to the connection. With every
 * batch goes this writer's {@code sent} record in the same transaction: when a commit's outcome is
 * unknown, that record tells it. Used by one thread at a time; any may close it.
 */
final class Writer implements AutoCloseable {
  private final SessionName session;
  private final String name = RandomNames.text();
  private final UsedIds ids;
  private volatile @Nullable Link link;
  private volatile boolean closed;
  private SessionRecord.Sent sent;
  private @Nullable Batch unsettled;

  Writer(SessionName session, UsedIds ids) {
    this.session = session;
    this.ids = ids;
    sent = new SessionRecord.Sent(session, name, 0, 0, false);
  }

  /** Its key in the table of sessions. */
  String key() {
    return sent.key();
  }

  boolean sealed() {
    return sent.sealed();
  }

  /** Whether the broker has tasks of it, or may have. */
  boolean hasSent() {
    return sent.lastBatch() > 0 || unsettled != null;
  }

  /**
   * Returns when the broker has the batch on its disk.
   *
   * @param accepted how many tasks of the same call it has already, for the exceptions
   * @throws TaskRefused and {@link DuplicateTask}: the broker has nothing of the batch
   * @throws BrokerUnavailable when it has nothing of it, or may have it: then the next call settles
   *     that first
   */
  void bring(Batch batch, Dialer dialer, long accepted) throws QTauException, InterruptedException {
    Batch earlier = unsettled;
    if (earlier != null) {
      settleEarlier(earlier, batch, dialer, accepted);
    }
    settle(batch, dialer, accepted);
  }

  /** Whether the broker may have the batch or not. */
  boolean isUnsettled(Batch batch) {
    return batch.equals(unsettled);
  }

  private void settleEarlier(Batch earlier, Batch batch, Dialer dialer, long accepted)
      throws QTauException, InterruptedException {
    boolean settled = false;
    try {
      settle(earlier, dialer, accepted);
      settled = true;
    } catch (BrokerUnavailable e) {
      throw e.after(accepted, 0);
    } finally {
      if (!settled) {
        ids.forget(session, batch);
      }
    }
  }

  private void settle(Batch batch, Dialer dialer, long accepted)
      throws QTauException, InterruptedException {
    try {
      tryUntilSettled(batch, dialer, accepted);
    } catch (BrokerUnavailable e) {
      forgetUnlessUnsettled(batch);
      throw e.after(accepted, unsettled == null ? 0 : batch.size());
    } catch (QTauException | InterruptedException | RuntimeException e) {
      forgetUnlessUnsettled(batch);
      throw e;
    }
  }

  private void tryUntilSettled(Batch batch, Dialer dialer, long accepted)
      throws QTauException, InterruptedException {
    Outage outage = dialer.outage();
    while (true) {
      try {
        Link open = open(dialer, outage);
        if (unsettled == null || !isIn(open)) {
          commit(open, batch);
        }
        sent = next(batch);
        unsettled = null;
        return;
      } catch (JMSException e) {
        drop();
        Link.throwIfInterrupted(e);
        giveUpIfRefused(e, batch, dialer, outage, accepted);
        outage.pause(e);
      } catch (RuntimeException e) {
        drop();
        Link.throwIfInterrupted(e);
        throw e;
      }
    }
  }

  private void commit(Link open, Batch batch) throws JMSException {
    for (Outgoing task : batch.tasks()) {
      task.send(open, session);
    }
    SessionTable.put(open, next(batch));
    unsettled = batch;
    open.session().commit();
  }

  private SessionRecord.Sent next(Batch batch) {
    return new SessionRecord.Sent(
        session, name, sent.accepted() + batch.size(), sent.lastBatch() + 1, batch.seals());
  }

  private boolean isIn(Link open) throws JMSException {
    return SessionTable.find(open, key(), SessionRecord.Sent.class)
        .filter(found -> found.lastBatch() > sent.lastBatch())
        .isPresent();
  }

  /**
   * A refused commit was rolled back. Only when the batch was on its way before, the refusal may
   * come from its own earlier success: the next round then finds it in the table.
   */
  private void giveUpIfRefused(
      JMSException e, Batch batch, Dialer dialer, Outage outage, long accepted)
      throws QTauException, InterruptedException {
    Refusal refusal = Refusal.of(e);
    if (refusal == Refusal.CONNECTION || isInNow(dialer, outage)) {
      return;
    }
    unsettled = null;
    if (refusal == Refusal.FULL && dialer.waitsForRoom()) {
      return; // The next round sends it again.
    }
    String text = e.getMessage();
    throw switch (refusal) {
      case FULL -> new BrokerUnavailable("the broker takes no tasks for now: " + text, e);
      case DUPLICATE -> new DuplicateTask(duplicate(batch, text), accepted, e);
      default ->
          new TaskRefused("the broker refuses " + batch.describe() + ": " + text, accepted, e);
    };
  }

  private boolean isInNow(Dialer dialer, Outage outage) throws QTauException, InterruptedException {
    while (unsettled != null) {
      try {
        return isIn(open(dialer, outage));
      } catch (JMSException e) {
        drop();
        Link.throwIfInterrupted(e);
        outage.pause(e);
      }
    }
    return false;
  }

  /** The broker's words contain the message that it has seen before, its properties among them. */
  private String duplicate(Batch batch, @Nullable String text) {
    String said = text == null ? "" : text;
    return batch.tasks().stream()
            .filter(task -> said.matches("(?s).*_AMQ_DUPL_ID=" + key(task) + "[,\\]].*"))
            .findFirst()
            .map(task -> "the id " + task.id())
            .orElse("an id in " + batch.describe())
        + (" was used before in the session "
            + session
            + "; none of "
            + batch.size()
            + " accepted");
  }

  private String key(Outgoing task) {
    return Pattern.quote(new TaskKey(session, task.id()).toString());
  }

  private void forgetUnlessUnsettled(Batch batch) {
    if (unsettled == null) {
      ids.forget(session, batch);
    }
  }

  private Link open(Dialer dialer, Outage outage)
      throws BrokerUnavailable, CredentialRefused, InterruptedException {
    if (closed) {
      throw new IllegalStateException("this session object is closed");
    }
    Link open = link;
    if (open == null) {
      open = dialer.dial(true, outage);
      link = open;
    }
    return open;
  }

  private void drop() {
    Link lost = link;
    link = null;
    if (lost != null) {
      lost.close();
    }
  }

  @Override
  public void close() {
    closed = true;
    drop();
  }
}
