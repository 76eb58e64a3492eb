package io.qtau.agent;

import io.qtau.protocol.TaskDescription;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a task here. Its delivery may change under it: when a connection is lost and the
 * task comes here again, the running attempt goes on with the new one.
 */
final class Attempt {
  /** Why an attempt was ended from outside. */
  enum Verdict {
    NONE,
    TIMEOUT,
    GIVEN_BACK
  }

  private final TaskDescription task;
  private final long startedUs;
  private Delivery delivery;
  private Verdict verdict = Verdict.NONE;
  private TaskExecutor.@Nullable Running running;
  private @Nullable Future<?> timeout;
  private boolean ended;

  Attempt(TaskDescription task, Delivery delivery, long startedUs) {
    this.task = task;
    this.delivery = delivery;
    this.startedUs = startedUs;
  }

  TaskDescription task() {
    return task;
  }

  long startedUs() {
    return startedUs;
  }

  synchronized Delivery delivery() {
    return delivery;
  }

  synchronized void adopt(Delivery again) {
    delivery = again;
  }

  synchronized Verdict verdict() {
    return verdict;
  }

  /** What to kill it by; comes after its end when that was very near. */
  void started(TaskExecutor.Running by) {
    boolean condemned;
    synchronized (this) {
      running = by;
      condemned = verdict != Verdict.NONE;
    }
    if (condemned) {
      by.kill();
    }
  }

  synchronized void timeoutIs(Future<?> timer) {
    if (ended) {
      timer.cancel(false);
    }
    timeout = timer;
  }

  /** Ends it for a reason; the first reason stands. */
  void end(Verdict why) {
    TaskExecutor.Running by;
    synchronized (this) {
      if (ended) {
        return;
      }
      verdict = verdict == Verdict.NONE ? why : verdict;
      by = running;
    }
    if (by != null) {
      by.kill();
    }
  }

  synchronized void over() {
    ended = true;
    if (timeout != null) {
      timeout.cancel(false);
    }
  }
}
