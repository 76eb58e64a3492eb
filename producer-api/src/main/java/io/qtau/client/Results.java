package io.qtau.client;

import io.qtau.protocol.SessionName;
import java.io.IOException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/**
 * The way that a session object goes to its results: handles, completed by one daemon thread, or a
 * reader in its caller's thread. Thread-safe.
 */
final class Results {
  private static final long CLOSE_MS = 3_000;

  private enum Way {
    NONE,
    HANDLES,
    READER
  }

  private final SessionName session;
  private final Dialer dialer;
  private final Handles handles = new Handles();
  private final Reader reader;
  private volatile boolean closing;
  private Way way = Way.NONE;
  private boolean reading;
  private @Nullable Thread thread;

  Results(SessionName session, Dialer dialer, boolean steals) {
    this.session = session;
    this.dialer = dialer;
    reader = new Reader(session, steals);
  }

  Handles handles() {
    return handles;
  }

  /**
   * Goes the way of handles.
   *
   * @return whether this is new
   */
  synchronized boolean chooseHandles() {
    requireWay(Way.HANDLES);
    boolean first = way == Way.NONE;
    way = Way.HANDLES;
    return first;
  }

  synchronized void unchoose() {
    way = Way.NONE;
  }

  synchronized void chooseReader() {
    requireWay(Way.READER);
    way = Way.READER;
  }

  private void requireWay(Way wanted) {
    if (way != Way.NONE && way != wanted) {
      throw new IllegalStateException(
          "this session object has "
              + (way == Way.HANDLES ? "handles" : "a reader")
              + " for its results; QTau.session(\""
              + session
              + "\") gives another object");
    }
  }

  /** Sees to it that handles are completed from now on. */
  synchronized void completeHandles() {
    if (!closing && (thread == null || !thread.isAlive())) {
      thread = new Thread(this::readForHandles, "qtau-results-" + session);
      thread.setDaemon(true);
      thread.start();
    }
  }

  private void readForHandles() {
    try {
      reader.read(handles, () -> closing, dialer);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (QTauException | IOException | RuntimeException e) {
      handles.failAll(e);
    }
  }

  void read(ResultSink sink, BooleanSupplier stop)
      throws QTauException, IOException, InterruptedException {
    begin();
    try {
      reader.read(sink, () -> closing || stop.getAsBoolean(), dialer);
    } finally {
      end();
    }
  }

  private synchronized void begin() {
    chooseReader();
    if (reading) {
      throw new IllegalStateException("another thread reads this session object");
    }
    reading = true;
  }

  private synchronized void end() {
    reading = false;
  }

  /**
   * Stops the thread, if there is one, and gives up its handles.
   *
   * @return whether this was interrupted meanwhile
   */
  boolean close() {
    closing = true;
    Thread running = running();
    boolean interrupted = false;
    if (running != null && running != Thread.currentThread()) {
      interrupted = end(running);
    }
    handles.failAll(
        new IllegalStateException(
            "the session object was closed; the result will be in the session " + session));
    return interrupted;
  }

  private synchronized @Nullable Thread running() {
    return thread;
  }

  private static boolean end(Thread running) {
    try {
      running.join(CLOSE_MS);
      if (running.isAlive()) {
        running.interrupt();
        running.join(CLOSE_MS);
      }
      return false;
    } catch (InterruptedException e) {
      running.interrupt();
      return true;
    }
  }
}
