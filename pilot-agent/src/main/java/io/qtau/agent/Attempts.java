package io.qtau.agent;

import io.qtau.protocol.AgentState;
import io.qtau.protocol.Lane;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskKey;
import io.qtau.protocol.Tombstone;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs here: decides what becomes of a task that arrives, and of an attempt that ends. */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
  private static final int TOLD = 100;

  /** Shorter tasks are not worth a transaction of their own. */
  private static final long CLAIM_AFTER_US = 1_000_000;

  private final Map<TaskKey, Attempt> running = new ConcurrentHashMap<>();
  private final BeforeStart beforeStart = new BeforeStart();
  private final String claims;
  private final Executors executors;
  private final Node node;
  private final Packer packer;
  private final Gangs gangs;
  private final Settlement settlement;
  private final Admission admission;
  private final Results results;
  private final Conclusion conclusion;
  private final AgentClock clock;
  private final ScheduledExecutorService timer;
  private final Horizon horizon;
  private volatile long lastBusyUs;
  private volatile boolean givingBack;

  Attempts(
      String claims,
      Executors executors,
      Node node,
      Packer packer,
      TaskLimits limits,
      Gangs gangs,
      Settlement settlement,
      Admission admission,
      Results results,
      Spill spill,
      AgentClock clock,
      ScheduledExecutorService timer,
      Horizon horizon) {
    this.claims = claims;
    this.executors = executors;
    this.node = node;
    this.packer = packer;
    this.gangs = gangs;
    this.settlement = settlement;
    this.admission = admission;
    this.results = results;
    conclusion = new Conclusion(results, spill);
    this.clock = clock;
    this.timer = timer;
    this.horizon = horizon;
    lastBusyUs = clock.micros();
    LimitWatch.start(timer, running.values(), gangs::memoryBounds, limits);
  }

  /** Hands to the running attempt, settles with a kept ending, or says that it is a new task. */
  boolean adopt(Delivery delivery) {
    // In this order: an ending is kept before its attempt stops running.
    Attempt attempt = running.get(delivery.key());
    return (attempt != null && attempt.adopt(delivery)) || settlement.settleWithKept(delivery);
  }

  /** Runs a task in slots that were taken for it: they go back when it is over. */
  void begin(Delivery delivery, Grant grant, Origin origin) {
    TaskDescription task;
    try {
      task = Admission.check(delivery);
    } catch (MalformedMessage e) {
      dismiss(delivery, grant);
      settlement.finish(delivery, results.rejected(delivery, String.valueOf(e.getMessage())));
      return;
    }
    Lane lane = TaskMessages.laneFor(delivery, task);
    if (!lane.equals(delivery.lane())) {
      dismiss(delivery, grant);
      settlement.move(delivery, Copy.back(delivery, lane));
    } else if (admission.endsUnbegun(delivery, task)) {
      dismiss(delivery, grant);
    } else if (!horizon.fits(task, lane)) {
      dismiss(delivery, grant);
      settlement.move(delivery, Copy.back(delivery, lane));
    } else if (task.resources().nodes() > 1 && !gangs.isTurnOf(delivery.key())) {
      packer.release(grant); // Another one came in the same moment.
      settlement.move(delivery, Copy.back(delivery, lane));
    } else {
      Grant own =
          packer.exchange(grant, Needs.of(task.resources(), packer.total(), lane.suspect()));
      if (own == null) { // A lane's tasks are not all alike: this one is too large for this node.
        gangs.turnIsOver(delivery.key());
        horizon.passOver(lane);
        settlement.move(delivery, Copy.back(delivery, lane));
      } else if ((delivery.claimFirst() || task.resources().nodes() > 1) && !delivery.claimed()) {
        hold(delivery, new BeforeStart.Waiting(own, origin, delivery.takenUs()));
        settlement.move(delivery, Copy.claim(delivery, claims));
      } else if (task.resources().nodes() > 1) {
        gather(delivery, task, own, origin);
      } else {
        run(delivery, task, own, origin);
      }
    }
  }

  /** It does not begin here. */
  private void dismiss(Delivery delivery, Grant grant) {
    gangs.turnIsOver(delivery.key());
    packer.release(grant);
  }

  /** Its link may have been lost in this moment: then nobody else sees to its slots. */
  private void hold(Delivery delivery, BeforeStart.Waiting waiting) {
    beforeStart.put(delivery.key(), waiting);
    if (!delivery.intake().isOpen() && beforeStart.remove(delivery.key(), waiting)) {
      dismiss(delivery, waiting.grant());
    }
  }

  /** A claim that belongs to no attempt: it may start now, or goes back to its lane. */
  void claimed(Delivery delivery) {
    BeforeStart.Waiting waiting = beforeStart.remove(delivery.key());
    if (waiting == null) {
      settlement.move(delivery, Copy.again(delivery));
    } else if (givingBack) {
      dismiss(delivery, waiting.grant());
      settlement.move(delivery, Copy.back(delivery, delivery.lane()));
    } else {
      begin(delivery.takenAt(waiting.takenUs()), waiting.grant(), waiting.origin());
    }
  }

  /** A task on several nodes has its claim and its slots here: it begins when it has the others. */
  private void gather(Delivery delivery, TaskDescription task, Grant own, Origin origin) {
    BeforeStart.Waiting waiting = new BeforeStart.Waiting(own, origin, delivery.takenUs());
    hold(delivery, waiting);
    gangs.gather(
        delivery,
        task,
        own.needs(),
        node.slots(own),
        settlement.work().directory(delivery),
        new Gathering(
            delivery,
            task,
            waiting,
            beforeStart,
            gangs,
            packer,
            admission,
            settlement,
            () -> givingBack,
            () -> run(delivery, task, own, origin),
            () -> giveBack(delivery.key())));
  }

  private void giveBack(TaskKey key) {
    Attempt attempt = running.get(key);
    if (attempt != null) {
      attempt.end(Attempt.Verdict.GIVEN_BACK);
    }
  }

  /** The deliveries are gone: what has not started does not start here. */
  void linkLost() {
    for (TaskKey key : beforeStart.keys()) {
      BeforeStart.Waiting waiting = beforeStart.remove(key);
      gangs.turnIsOver(key);
      if (waiting != null) {
        packer.release(waiting.grant());
      }
    }
  }

  /** Makes claims of what has run for long: then nobody else can start it. */
  void claimLongRunning() {
    long before = clock.micros() - CLAIM_AFTER_US;
    for (Attempt attempt : running.values()) {
      Delivery delivery = attempt.startedUs() < before ? attempt.leave() : null;
      if (delivery != null) {
        settlement.send(delivery, Copy.claim(delivery, claims), attempt::claimed);
      }
    }
  }

  /** Ends the attempts whose claims have not come back: somebody else has them by now. */
  void endOrphaned() {
    for (Attempt attempt : running.values()) {
      if (attempt.isOrphaned()) {
        LOG.warn("{} was given to somebody else: this attempt ends", attempt.delivery().key());
        attempt.end(Attempt.Verdict.LOST);
      }
    }
  }

  private void run(Delivery delivery, TaskDescription task, Grant grant, Origin origin) {
    TaskExecutor executor = executors.of(delivery.kind());
    if (executor == null) {
      packer.release(grant);
      settlement.finish(
          delivery, results.rejected(delivery, "no agent here knows the kind " + delivery.kind()));
      return;
    }
    Attempt attempt = new Attempt(task, delivery, grant, clock.micros());
    running.put(delivery.key(), attempt);
    Execution execution =
        new Execution(
            delivery.key(),
            delivery.attempt(),
            task,
            settlement.work().directory(delivery),
            settlement.work().kept(delivery),
            node.slots(grant));
    if (task.timeout() != null) {
      attempt.timeoutIs(
          timer.schedule(
              () -> attempt.end(Attempt.Verdict.TIMEOUT),
              task.timeout().toNanos(),
              TimeUnit.NANOSECONDS));
    }
    TaskExecutor.Running by =
        executor.start(execution, outcome -> ended(attempt, execution, outcome, origin));
    attempt.started(by);
    endIfCanceled(attempt); // A tombstone may have come since it was looked for.
    if (givingBack) {
      attempt.end(Attempt.Verdict.GIVEN_BACK);
    }
  }

  /** Ends what it means and runs here; nothing that it means starts here any more. */
  void cancel(Tombstone tombstone) {
    admission.cancel(tombstone);
    running.values().forEach(this::endIfCanceled);
  }

  private void endIfCanceled(Attempt attempt) {
    if (admission.isCanceled(attempt.delivery(), attempt.task())) {
      attempt.end(Attempt.Verdict.CANCELED);
    }
  }

  private void ended(Attempt attempt, Execution execution, Outcome outcome, Origin origin) {
    long endedUs = clock.micros();
    attempt.over();
    lastBusyUs = endedUs;
    Runnable next = attempt.isStarted() && !givingBack ? origin.next(attempt.grant()) : null;
    if (next == null) {
      packer.release(attempt.grant());
    }
    Delivery latest = attempt.delivery();
    if (outcome.success()) {
      horizon.ran(attempt.task(), endedUs - attempt.startedUs());
    }
    origin.ran(endedUs - attempt.startedUs(), latest.body().length + 300);
    Ending ending = conclusion.of(attempt, WorkPlace.keep(execution, outcome), endedUs);
    if (ending != null) {
      // In this order: whoever delivers the task again finds either the attempt or its ending.
      settlement.keep(ending);
    }
    Delivery held = attempt.finish();
    running.remove(latest.key(), attempt);
    if (held != null && ending != null) {
      settlement.settle(held, ending);
    }
    if (next != null) {
      next.run();
    }
  }

  /** Ends all attempts; their tasks go back to their lanes as they end. */
  void giveBack() {
    givingBack = true;
    running.values().forEach(attempt -> attempt.end(Attempt.Verdict.GIVEN_BACK));
    gangs.giveBack();
  }

  /** Whether tasks of a lane run here. */
  boolean runAnyOf(Lane lane) {
    return running.values().stream().anyMatch(attempt -> lane.equals(attempt.delivery().lane()));
  }

  /** How many tasks run here, or parts of them, or will as soon as their claims are here. */
  int count() {
    return running.size() + beforeStart.size() + gangs.count();
  }

  /** Since when nothing runs, epoch µs; {@link Long#MAX_VALUE} = something does. */
  long idleSinceUs() {
    return count() > 0 ? Long.MAX_VALUE : lastBusyUs;
  }

  /** The processes that are kept between tasks. */
  List<AgentState.Workers> workers() {
    return executors.workers();
  }

  boolean mayLook(Lane lane, Needs needs) {
    return horizon.mayLook(lane) && gangs.mayTake(lane, needs);
  }

  List<String> passesOver() {
    return horizon.passesOver();
  }

  /**
   * What runs here. Slots fall free a little before their attempt is forgotten, and the next one
   * may begin in them: so whoever is over when all have been seen is left out, and no slot is told
   * twice.
   */
  List<AgentState.Attempt> told() {
    List<Attempt> seen = List.copyOf(running.values());
    List<AgentState.Attempt> parts = gangs.told();
    Stream<AgentState.Attempt> own =
        seen.stream()
            .filter(attempt -> !attempt.isOver())
            .map(
                attempt ->
                    new AgentState.Attempt(
                        attempt.delivery().key().session(),
                        attempt.delivery().key().id(),
                        attempt.delivery().attempt(),
                        attempt.startedUs(),
                        node.holding(attempt.grant())));
    return Stream.concat(own, parts.stream()).limit(TOLD).toList();
  }
}
