package io.qtau.agent;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.messaging.Timers;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.ActiveMQSecurityException;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An agent: connects, takes and runs tasks, and connects again whenever the broker was away, while
 * its attempts go on. {@link #run} returns after {@link #stop}, or when it has been without a
 * broker for a day.
 */
public final class Agent {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration WITHOUT_BROKER = Duration.ofHours(24);
  private static final Duration TO_GIVE_BACK = Duration.ofSeconds(5);

  private static final long CLAIM_LOOK_MILLIS = 100;
  private static final long CLAIM_BACK_MILLIS = 1000;

  private final AgentSettings settings;
  private final BrokerUrl broker;
  private final Credential credential;
  private final String host = hostName();
  private final AgentClock clock = new AgentClock();
  private final ClockOffset offset = new ClockOffset();
  private final Outbox outbox = new Outbox();
  private final String life;
  private final String claims;
  private final SlotLedger ledger;
  private final ScheduledThreadPoolExecutor timer;
  private final Executors executors;
  private final Attempts attempts;
  private volatile boolean stopping;
  private volatile @Nullable Link link;

  /** Prepares an agent; nothing is connected yet. */
  public Agent(AgentSettings settings, Credential credential) throws IOException {
    this.settings = settings;
    this.credential = credential;
    broker = BrokerUrl.parse(settings.broker());
    int cores =
        settings.cores() == null ? Runtime.getRuntime().availableProcessors() : settings.cores();
    ledger = new SlotLedger(cores * 1000);
    timer = new ScheduledThreadPoolExecutor(1, Agent::daemon);
    timer.setRemoveOnCancelPolicy(true);
    Path directory = Path.of(settings.directory());
    life = String.format("%08x", new SecureRandom().nextInt());
    ProcessTree tree = new ProcessTree(timer, life);
    executors =
        new Executors(
            List.of(
                new NoopExecutor(),
                new SleepExecutor(timer),
                new ExecExecutor(tree),
                new PythonExecutor(tree)));
    claims = Addresses.claim(settings.agent(), life);
    attempts =
        new Attempts(
            claims,
            executors,
            ledger,
            outbox,
            new Results(settings.agent(), host, offset),
            new Spill(directory.resolve("spilled"), host),
            clock,
            offset,
            timer,
            directory.resolve("work"));
  }

  private static Thread daemon(Runnable task) {
    Thread thread = new Thread(task, "timer");
    thread.setDaemon(true);
    return thread;
  }

  /**
   * Works until {@link #stop}, or until the process that it belongs to is gone.
   *
   * @throws ActiveMQSecurityException when the broker refuses the credential at the first
   *     connection
   */
  public void run() throws Exception {
    try (Sweeper sweeper = Sweeper.start(life)) {
      work();
    }
  }

  private void work() throws Exception {
    boolean careful = false;
    boolean everConnected = false;
    long lastSeen = System.nanoTime();
    String lastTold = "";
    if (settings.owner() != null) {
      OwnerWatch.start(timer, settings.owner(), this::stop);
    }
    Future<?> unused = timer.scheduleWithFixedDelay(outbox::sweep, 10, 10, TimeUnit.SECONDS);
    Future<?> ignored =
        timer.scheduleWithFixedDelay(
            attempts::claimLongRunning,
            CLAIM_LOOK_MILLIS,
            CLAIM_LOOK_MILLIS,
            TimeUnit.MILLISECONDS);
    while (!stopping && System.nanoTime() - lastSeen < WITHOUT_BROKER.toNanos()) {
      try {
        Exception cause = connected(careful);
        everConnected = true;
        lastSeen = System.nanoTime();
        careful = cause != null && !LinkLost.is(cause);
        if (!stopping) {
          LOG.warn("the broker is away ({}); trying again", String.valueOf(cause));
        }
      } catch (ActiveMQSecurityException e) {
        if (!everConnected) {
          throw e;
        }
        LOG.warn("the broker refuses the credential: {}", e.getMessage());
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        // Said once for each reason, not ten times a second.
        if (!e.toString().equals(lastTold)) {
          LOG.warn("no broker at {} ({}); trying again", broker, e.toString());
          lastTold = e.toString();
        }
      }
      if (!stopping) {
        TimeUnit.MILLISECONDS.sleep(Timers.RECONNECT.toMillis());
      }
    }
    executors.close();
    timer.shutdownNow();
  }

  private @Nullable Exception connected(boolean careful) throws Exception {
    try (Link now = new Link(broker, credential, claims, attempts, ledger, clock, careful)) {
      link = now;
      Future<?> unused =
          timer.schedule(
              () -> {
                if (!now.hasEnded()) {
                  attempts.endOrphaned();
                }
              },
              CLAIM_BACK_MILLIS,
              TimeUnit.MILLISECONDS);
      Heartbeat heartbeat = new Heartbeat(now, settings, host, ledger, attempts, clock);
      new ClockSync(now, settings.agent(), clock, offset).start(timer);
      new CancelWatch(now, attempts).start();
      new LaneWatch(now, settings.agent().pilot(), ledger).start();
      LOG.info("{} takes tasks from {}", settings.agent(), broker);
      Hello.leave(settings);
      while (!now.hasEnded() && !stopping) {
        heartbeat.send("READY");
        now.awaitEnd(Timers.HEARTBEAT);
      }
      if (stopping && !now.hasEnded()) {
        leave(now, heartbeat);
      }
      return now.cause();
    } finally {
      link = null;
    }
  }

  private void leave(Link now, Heartbeat heartbeat) throws Exception {
    now.stopTaking();
    attempts.giveBack();
    long end = System.nanoTime() + TO_GIVE_BACK.toNanos();
    while ((attempts.count() > 0 || now.unsettled() > 0)
        && System.nanoTime() < end
        && !now.hasEnded()) {
      now.awaitEnd(Duration.ofMillis(10));
    }
    heartbeat.send("DONE");
  }

  /** Ends {@link #run}: what runs is ended and goes back to its lane. Returns at once. */
  public void stop() {
    stopping = true;
    Link now = link;
    if (now != null) {
      now.wake();
    }
  }

  private static String hostName() {
    try {
      return InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      return "localhost";
    }
  }
}
