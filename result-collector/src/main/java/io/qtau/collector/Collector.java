package io.qtau.collector;

import io.qtau.messaging.Jms;
import io.qtau.messaging.Timers;
import jakarta.jms.Connection;
import jakarta.jms.ConnectionFactory;
import jakarta.jms.JMSException;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;

/**
 * Moves copies of all results from the broker into {@link ResultFiles}: first onto the disk, then
 * acknowledged. A result that comes again after a cut in between is {@code late}, not recorded
 * twice.
 */
public final class Collector {
  private static final Logger LOG = System.getLogger(Collector.class.getName());
  private static final Duration PROGRESS = Duration.ofSeconds(1);

  private final ConnectionFactory factory;
  private final ResultFiles files;
  private final Clock wallClock;
  private final LongSupplier nanoClock;
  private long lastProgressNanos;
  private long malformed;
  private boolean complained;
  private boolean collected;

  public Collector(ConnectionFactory factory, ResultFiles files) {
    this(factory, files, Clock.systemUTC(), System::nanoTime);
  }

  Collector(ConnectionFactory factory, ResultFiles files, Clock wallClock, LongSupplier nanoClock) {
    this.factory = factory;
    this.files = files;
    this.wallClock = wallClock;
    this.nanoClock = nanoClock;
    this.lastProgressNanos = nanoClock.getAsLong();
  }

  /**
   * Registers at the steward and records results until told to stop, then unregisters. A broker
   * that is away is tried again for ever, every 100 ms. An interrupt ends it too.
   *
   * @param registered runs once the broker copies results: whatever ends from then on is recorded
   * @param stop asked after each batch, at least every 200 ms while the broker answers
   * @param progress gets a summary after a batch, at most once a second, and one at the end
   * @throws CollectorInUse when another collector is registered
   * @throws IOException when the files cannot be written; what is not on the disk stays in the
   *     broker
   */
  public void run(Runnable registered, BooleanSupplier stop, Consumer<Summary> progress)
      throws IOException {
    while (!stop.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
      try (Connection connection = factory.createConnection()) {
        collect(connection, registered, stop, progress);
      } catch (JMSException e) {
        if (!collected && Jms.isTaken(e)) {
          throw new CollectorInUse(e);
        }
        complain(e);
        pause();
      }
    }
    progress.accept(files.summary());
  }

  private void collect(
      Connection connection, Runnable registered, BooleanSupplier stop, Consumer<Summary> progress)
      throws JMSException, IOException {
    CollectorQueue queue = new CollectorQueue(connection, wallClock);
    queue.register();
    complained = false;
    while (!stop.getAsBoolean() && !Thread.currentThread().isInterrupted()) {
      CollectorQueue.Batch batch = queue.receive();
      if (!batch.isEmpty()) {
        files.record(batch.results());
        tellOf(batch.faults());
        report(progress);
      }
      queue.commit();
      if (!collected && queue.isRegistered()) {
        collected = true;
        registered.run();
      }
    }
    queue.unregister();
  }

  private void tellOf(List<String> faults) {
    malformed += faults.size();
    faults.forEach(
        fault -> LOG.log(Level.WARNING, "Not recorded, since it is no result: " + fault));
  }

  private void report(Consumer<Summary> progress) {
    long now = nanoClock.getAsLong();
    if (now - lastProgressNanos >= PROGRESS.toNanos()) {
      lastProgressNanos = now;
      progress.accept(files.summary());
    }
  }

  /** Once per time that the broker is away, not ten times a second. */
  private void complain(JMSException e) {
    if (!complained) {
      LOG.log(Level.WARNING, "No broker, trying on: " + e.getMessage());
      complained = true;
    }
  }

  private static void pause() {
    try {
      TimeUnit.MILLISECONDS.sleep(Timers.RECONNECT.toMillis());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** How many messages were no results; they are acknowledged and dropped. */
  public long malformed() {
    return malformed;
  }
}
