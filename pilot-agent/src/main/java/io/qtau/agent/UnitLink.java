package io.qtau.agent;

import io.qtau.messaging.CoreConnection;
import io.qtau.messaging.CoreMessages;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.Properties;
import io.qtau.protocol.SiteResources;
import io.qtau.protocol.WireFormat;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQException;
import org.apache.activemq.artemis.api.core.ActiveMQInterruptedException;
import org.apache.activemq.artemis.api.core.ActiveMQNonExistentQueueException;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.apache.activemq.artemis.api.core.client.ClientConsumer;
import org.apache.activemq.artemis.api.core.client.ClientMessage;
import org.apache.activemq.artemis.api.core.client.ClientSession;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Gets units of what all pilots share from the broker, and gives them back, over one link. Each is
 * a message that is held by a consumer of its own, and acknowledged to give it back.
 */
final class UnitLink implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(UnitLink.class);

  /** The broker says what there is as soon as it is ready. */
  private static final long READY_MILLIS = 10_000;

  /** What running tasks use goes before what new ones want. */
  private static final int OWED = 9;

  private static final int WANTED = 4;

  private final ClientSession session;
  private final UnitCounts counts;

  /** One of them. */
  private record Unit(ClientConsumer consumer, ClientMessage message) {}

  private final Map<String, Deque<Unit>> held = new HashMap<>();
  private final List<Thread> threads = new ArrayList<>();
  private boolean closed;

  private UnitLink(ClientSession session, UnitCounts counts) {
    this.session = session;
    this.counts = counts;
  }

  /** On return the packer knows what there is, and what its tasks use of it is being got. */
  static UnitLink open(CoreConnection connection, UnitCounts counts) throws ActiveMQException {
    ClientSession session = connection.automatic();
    session.start();
    UnitLink units = new UnitLink(session, counts);
    Map<String, Integer> shared = read(session).named();
    Map<String, Integer> owed = counts.share(shared);
    owed.forEach(
        (name, count) -> {
          LOG.info("tasks that run here use {} {}, which all pilots share", count, name);
          for (int i = 0; i < count; i++) {
            units.begin("unit-" + name, () -> units.getBack(name));
          }
        });
    if (!shared.isEmpty()) {
      units.begin("units", units::giveBackSurplus);
    }
    return units;
  }

  private static SiteResources read(ClientSession session) throws ActiveMQException {
    try (ClientConsumer consumer = session.createConsumer(Addresses.SITE)) {
      ClientMessage record = consumer.receive(READY_MILLIS);
      if (record == null) {
        throw new ActiveMQException("the broker does not say what all pilots share: not ready yet");
      }
      return WireFormat.decode(CoreMessages.body(record), SiteResources.class);
    } catch (ActiveMQNonExistentQueueException e) {
      return SiteResources.NONE; // A broker of before.
    } catch (MalformedMessage e) {
      throw new ActiveMQException("what all pilots share cannot be read: " + e.getMessage());
    }
  }

  private interface Work {
    void run() throws ActiveMQException, InterruptedException;
  }

  private void begin(String name, Work work) {
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
              } catch (ActiveMQException | ActiveMQInterruptedException e) {
                LOG.debug("{}: the link ends", name, e); // Others see to that.
              }
            },
            name);
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void getBack(String name) throws ActiveMQException {
    ClientConsumer consumer = consumer(name, OWED);
    ClientMessage message = consumer.receive();
    if (message != null) { // Else the link has ended.
      boolean unused = keep(Map.of(name, List.of(new Unit(consumer, message))));
    }
  }

  /**
   * Gets all that a lane lacks, or nothing; whether it has. What it cannot have at once it does not
   * hold for long: another agent may wait for just that, and has what is lacking here.
   */
  boolean acquire(Needs needs, long mostMillis) throws ActiveMQException {
    long millis = mostMillis / 2 + ThreadLocalRandom.current().nextLong(mostMillis / 2);
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    Map<String, List<Unit>> got = new TreeMap<>();
    boolean all = acquire(counts.lacking(needs), end, got) && keep(got);
    if (!all) {
      for (List<Unit> units : got.values()) {
        for (Unit unit : units) {
          giveBack(unit);
        }
      }
    }
    return all;
  }

  /** In the order of names, as everybody does. */
  private boolean acquire(Map<String, Integer> lacking, long end, Map<String, List<Unit>> got)
      throws ActiveMQException {
    for (Map.Entry<String, Integer> one : new TreeMap<>(lacking).entrySet()) {
      List<Unit> units = got.computeIfAbsent(one.getKey(), key -> new ArrayList<>());
      while (units.size() < one.getValue()) {
        ClientConsumer consumer = consumer(one.getKey(), WANTED);
        long left = TimeUnit.NANOSECONDS.toMillis(end - System.nanoTime());
        ClientMessage message = consumer.receive(Math.max(1, left));
        if (message == null) {
          close(consumer);
          return false;
        }
        units.add(new Unit(consumer, message));
      }
    }
    return true;
  }

  private ClientConsumer consumer(String name, int priority) throws ActiveMQException {
    synchronized (session) {
      return session.createConsumer(
          SimpleString.of(Addresses.UNITS),
          SimpleString.of(Properties.UNIT_KEY + " = '" + name + "'"),
          priority,
          0,
          -1,
          false);
    }
  }

  private synchronized boolean keep(Map<String, List<Unit>> got) {
    if (closed) {
      return false;
    }
    Map<String, Integer> units = new HashMap<>();
    got.forEach(
        (name, own) -> {
          held.computeIfAbsent(name, key -> new ArrayDeque<>()).addAll(own);
          units.put(name, own.size());
        });
    counts.came(units);
    return true;
  }

  private void giveBackSurplus() throws ActiveMQException, InterruptedException {
    while (true) {
      for (Map.Entry<String, Integer> one : counts.awaitSurplus().entrySet()) {
        for (int i = 0; i < one.getValue(); i++) {
          Unit unit = oldest(one.getKey());
          if (unit != null) {
            giveBack(unit);
          }
        }
      }
    }
  }

  private synchronized @Nullable Unit oldest(String name) {
    Deque<Unit> units = held.get(name);
    return units == null ? null : units.poll();
  }

  private void giveBack(Unit unit) throws ActiveMQException {
    synchronized (session) {
      unit.message().individualAcknowledge();
      unit.consumer().close();
    }
  }

  private void close(ClientConsumer consumer) throws ActiveMQException {
    synchronized (session) {
      consumer.close();
    }
  }

  /** Nothing is held any more: with the connection the units go back to rest at the broker. */
  @Override
  public synchronized void close() {
    closed = true;
    counts.areLost();
    threads.forEach(Thread::interrupt);
  }
}
