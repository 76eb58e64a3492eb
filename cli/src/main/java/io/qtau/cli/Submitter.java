package io.qtau.cli;

import io.qtau.client.QTauException;
import io.qtau.client.Session;
import io.qtau.protocol.TaskDescription;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/** Submits and seals in a thread of its own, while results are read already. */
final class Submitter {
  private final Session session;
  private final List<TaskDescription> tasks;
  private final Thread thread = new Thread(this::submit, "qtau-submit");
  private final CountDownLatch begun = new CountDownLatch(1);
  private volatile long accepted;
  private volatile boolean done;
  private volatile @Nullable Throwable failure;

  private Submitter(Session session, List<TaskDescription> tasks) {
    this.session = session;
    this.tasks = tasks;
  }

  static Submitter start(Session session, List<TaskDescription> tasks) {
    Submitter submitter = new Submitter(session, tasks);
    submitter.thread.setDaemon(true);
    submitter.thread.start();
    return submitter;
  }

  private void submit() {
    try {
      session.submit(tasks.iterator(), this::accept);
      session.seal();
      done = true;
    } catch (QTauException e) {
      accepted = Math.max(accepted, e.accepted());
      failure = e;
    } catch (InterruptedException | RuntimeException e) {
      failure = e;
    } finally {
      begun.countDown();
    }
  }

  private void accept(long sofar) {
    accepted = sofar;
    begun.countDown();
  }

  /** Waits until the broker has the first tasks, and so the session, or this has ended. */
  void awaitFirst() throws InterruptedException {
    begun.await();
  }

  /** How many tasks the broker has for certain. */
  long accepted() {
    return accepted;
  }

  /** Whether it has all, and the seal. */
  boolean isDone() {
    return done;
  }

  /** Why it gave up; null = it did not. */
  @Nullable CommandFailed failure() {
    Throwable e = failure;
    return e == null ? null : new CommandFailed(ExitCode.of(e), Words.of(e), e);
  }

  /** Ends it, if it has not ended. */
  void stop() {
    thread.interrupt();
    try {
      thread.join(1000);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
