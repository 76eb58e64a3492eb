package io.qtau.agent;

import io.qtau.protocol.TaskDescription;
import java.util.concurrent.Future;
import org.jspecify.annotations.Nullable;

/**
 * One execution of a task here. Its delivery changes under it: when it becomes a claim, and when a
 * connection is lost and the task comes here again.
 */
final class Attempt {
  /** Why an attempt was ended from outside. */
  enum Verdict {
    NONE,
    TIMEOUT,
    CANCELED,
    /** It used more memory than it had said. */
    OUT_OF_MEMORY,
    /** It wrote more to its standard output and error than any task may. */
    TOO_MUCH_OUTPUT,
    /** It had more processes than any may. */
    TOO_MANY_PROCESSES,
    GIVEN_BACK,
    /** Its claim is not ours any more: somebody else will run the task. */
    LOST
  }

  private final TaskDescription task;
  private final Grant grant;
  private final long startedUs;
  private Delivery delivery;
  private boolean away;
  private boolean claimed;
  private Verdict verdict = Verdict.NONE;
  private TaskExecutor.@Nullable Running running;
  private @Nullable Future<?> timeout;
  private long peakMemoryMb;
  private boolean ended;
  private boolean finished;

  Attempt(TaskDescription task, Delivery delivery, Grant grant, long startedUs) {
    this.task = task;
    this.delivery = delivery;
    this.grant = grant;
    this.startedUs = startedUs;
    claimed = delivery.claimed();
  }

  TaskDescription task() {
    return task;
  }

  /** What it occupies. */
  Grant grant() {
    return grant;
  }

  long startedUs() {
    return startedUs;
  }

  /** What to look at it by; null = it is about to start. */
  synchronized TaskExecutor.@Nullable Running running() {
    return running;
  }

  /** Whether its start has returned: it may have ended before. */
  synchronized boolean isStarted() {
    return running != null;
  }

  synchronized boolean isOver() {
    return ended;
  }

  /** The most memory that it was seen with, in MiB. */
  synchronized long peakMemoryMb() {
    return peakMemoryMb;
  }

  /** It has so much memory, which may be more than it said. */
  void uses(long memoryMb, boolean tooMuch) {
    synchronized (this) {
      peakMemoryMb = Math.max(peakMemoryMb, memoryMb);
    }
    if (tooMuch) {
      end(Verdict.OUT_OF_MEMORY);
    }
  }

  /** Its latest delivery, which may be settled or lost by now. */
  synchronized Delivery delivery() {
    return delivery;
  }

  /** Goes on with another delivery; false when it is finished, and its ending kept. */
  synchronized boolean adopt(Delivery again) {
    if (finished) {
      return false;
    }
    delivery = again.takenAt(delivery.takenUs());
    away = false;
    claimed = again.claimed();
    return true;
  }

  /** The delivery to make a claim of; null when that is done, on its way, or too late. */
  synchronized @Nullable Delivery leave() {
    if (ended || away || claimed || !delivery.intake().isOpen()) {
      return null;
    }
    away = true;
    return delivery;
  }

  /** The broker has its claim. */
  synchronized void claimed() {
    claimed = true;
  }

  /** Whether its claim should have come back to this link, and did not. */
  synchronized boolean isOrphaned() {
    return claimed && !ended && !delivery.intake().isOpen();
  }

  /** No adoption from here on; the delivery to settle, null when that is yet to come. */
  synchronized @Nullable Delivery finish() {
    finished = true;
    return away ? null : delivery;
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
