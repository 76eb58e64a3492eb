package io.qtau.agent;

import io.qtau.messaging.BrokerUrl;
import io.qtau.messaging.Credential;
import io.qtau.messaging.Timers;
import io.qtau.messaging.TlsTrouble;
import io.qtau.protocol.Addresses;
import io.qtau.protocol.AgentSettings;
import io.qtau.protocol.Offer;
import io.qtau.protocol.WireFormat;
import java.io.IOException;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.List;
import java.util.Map;
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
 * broker for a day, or the broker has refused it for half a minute.
 */
public final class Agent {
  private static final Logger LOG = LoggerFactory.getLogger(Agent.class);
  private static final Duration WITHOUT_BROKER = Duration.ofHours(24);
  private static final Duration REFUSED = Duration.ofSeconds(30);

  private static final long CLAIM_LOOK_MILLIS = 100;
  private static final long CLAIM_BACK_MILLIS = 1000;

  private final AgentSettings settings;
  private final BrokerUrl broker;
  private final Credential credential;
  private final String host = OwnHost.name();
  private final AgentClock clock = new AgentClock();
  private final ClockOffset offset = new ClockOffset();
  private final Outbox outbox = new Outbox();
  private final String life;
  private final WorkPlace work;
  private final Presence presence;
  private final Leaving leaving;
  private final Node node;
  private final Packer packer;
  private final Settlement settlement;
  private final ScheduledThreadPoolExecutor timer;
  private final Executors executors;
  private final Gangs gangs;
  private final Admission admission;
  private final Attempts attempts;
  private volatile boolean left;
  private volatile @Nullable Link link;

  /** Prepares an agent; nothing is connected yet. */
  public Agent(AgentSettings settings, Credential credential) throws IOException {
    this.settings = settings;
    this.credential = credential;
    broker =
        BrokerUrl.parse(settings.broker())
            .trusting(settings.caFile() == null ? null : Path.of(settings.caFile()));
    timer = new ScheduledThreadPoolExecutor(1, Agent::daemon);
    timer.setRemoveOnCancelPolicy(true);
    Path directory = Path.of(settings.directory());
    life = String.format("%08x", new SecureRandom().nextInt());
    work = WorkPlace.of(directory, life, System.getenv());
    ProcessTree tree = new ProcessTree(timer, life);
    MpiExecutor mpi = new MpiExecutor(settings.agent(), tree, System.getenv());
    executors =
        new Executors(
            List.of(
                new NoopExecutor(),
                new SleepExecutor(timer),
                new ExecExecutor(tree),
                new PythonExecutor(tree, timer, WorkerLimits.of(System.getenv())),
                mpi));
    node = node(settings);
    packer = new Packer(node.ledger(executors.kinds()), System::nanoTime);
    settlement = new Settlement(outbox, host, work);
    presence = new Presence(settings, Addresses.claim(settings.agent(), life), clock);
    Horizon horizon = new Horizon(clock::micros, settings.ends());
    leaving = new Leaving(clock::micros, settings.ends(), horizon.lastUs(), settings.leaveRules());
    gangs =
        new Gangs(
            settings.agent(),
            System.getenv().getOrDefault("SLURMD_NODENAME", OwnHost.name()),
            node,
            packer,
            tree,
            clock,
            () -> leaving.phase(Long.MAX_VALUE) != Leaving.Phase.WORKING);
    mpi.findsNodesBy(gangs::of);
    TaskLimits limits = TaskLimits.of(System.getenv());
    Results results = new Results(settings.agent(), host, node, offset, limits);
    admission = new Admission(settlement, results, clock, offset);
    attempts =
        new Attempts(
            presence.claims(),
            executors,
            node,
            packer,
            limits,
            gangs,
            settlement,
            admission,
            results,
            new Spill(directory.resolve("spilled"), host),
            clock,
            timer,
            horizon);
  }

  private static Node node(AgentSettings settings) {
    Offer offer = settings.offers();
    Map<String, String> environment = System.getenv();
    return new Node(
        OwnCores.find(settings.cores(), environment),
        OwnGpus.find(offer.gpus(), environment),
        OwnMemory.find(offer.memoryMb(), environment),
        offer.counts());
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
    try (Sweeper sweeper = Sweeper.start(life, work.temporary())) {
      work();
    }
  }

  private void work() throws Exception {
    int alone = 0;
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
    while (!isOver() && System.nanoTime() - lastSeen < WITHOUT_BROKER.toNanos()) {
      try {
        Exception cause = connected(alone);
        everConnected = true;
        lastSeen = System.nanoTime();
        alone = cause != null && !LinkLost.is(cause) ? outbox.size() : 0;
        if (!isOver()) {
          LOG.warn("the broker is away ({}); trying again", String.valueOf(cause));
        }
      } catch (ActiveMQSecurityException e) {
        // It may be the broker that is not ready yet.
        if (!everConnected || System.nanoTime() - lastSeen > REFUSED.toNanos()) {
          throw e;
        }
        if (!lastTold.equals("refused")) {
          LOG.warn("the broker refuses the credential: {}", e.getMessage());
          lastTold = "refused";
        }
      } catch (InterruptedException e) {
        throw e;
      } catch (Exception e) {
        // Said once for each reason, not ten times a second.
        if (!e.toString().equals(lastTold)) {
          LOG.warn("no broker at {} ({}); trying again", broker, words(e, everConnected));
          lastTold = e.toString();
        }
      }
      if (!isOver()) {
        TimeUnit.MILLISECONDS.sleep(Timers.RECONNECT.toMillis());
      }
    }
    executors.close();
    gangs.close();
    timer.shutdownNow();
    if (left || isOver()) {
      LOG.info("{} leaves: {}", settings.agent(), leaving.reason());
      DepartureNote.leave(
          Path.of(settings.directory()), settings.agent().number(), leaving.reason());
    }
  }

  /**
   * A plain broker that was there before needs no look for TLS, which takes seconds when it is
   * back.
   */
  private String words(Exception e, boolean everConnected) {
    return everConnected && !broker.tls()
        ? e.toString()
        : TlsTrouble.with(broker).orElse(e.toString());
  }

  /** Whether it has left, or has nothing left to do that needs a broker. */
  private boolean isOver() {
    return left
        || switch (leaving.phase(Long.MAX_VALUE)) {
          case WORKING -> false;
          case DRAINING -> attempts.count() == 0 && outbox.size() == 0;
          case GIVING_BACK -> leaving.isOverdue();
        };
  }

  private @Nullable Exception connected(int alone) throws Exception {
    try (Link now =
        new Link(
            broker, credential, presence, attempts, admission, settlement, packer, clock, alone)) {
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
      Heartbeat heartbeat =
          new Heartbeat(now, settings, host, node, packer, attempts, clock, offset);
      new ClockSync(now, settings.agent(), clock, offset).start(timer);
      gangs.open(now);
      new CancelWatch(now, attempts).start();
      new PilotWatch(now, settings.agent().pilot(), presence.claims(), leaving).start();
      Hello.leave(settings);
      Future<?> ignored = timer.schedule(WireFormat::prepare, 1, TimeUnit.SECONDS);
      if (leaving.phase(Long.MAX_VALUE) == Leaving.Phase.WORKING) {
        new LaneWatch(now, settings.agent().pilot(), packer).start();
        LOG.info(
            "{} takes tasks from {} for {}; {}",
            settings.agent(),
            broker,
            Node.words(packer.total()),
            node.unbound() == null
                ? "they are bound to cores of their own"
                : "they are not bound to cores: " + node.unbound());
      }
      left = new Stint(now, heartbeat, attempts, leaving, presence, clock.micros()).work();
      return now.cause();
    } finally {
      link = null;
    }
  }

  /** Ends {@link #run}: what runs is ended and goes back to its lane. Returns at once. */
  public void stop() {
    leaving.giveBack("it was stopped");
    wake();
  }

  /** The same on a signal: short before its allocation's end what runs may end first. */
  public void terminate() {
    leaving.terminated();
    wake();
  }

  /** Whether it has taken its leave of the broker. */
  public boolean hasLeft() {
    return left;
  }

  private void wake() {
    Link now = link;
    if (now != null) {
      now.wake();
    }
  }
}
