package io.qtau.agent;

import io.qtau.protocol.AgentState;
import io.qtau.protocol.MalformedMessage;
import io.qtau.protocol.ResultKey;
import io.qtau.protocol.TaskDescription;
import io.qtau.protocol.TaskKey;
import io.qtau.protocol.TaskResult;
import io.qtau.protocol.WireFormat;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.activemq.artemis.api.core.SimpleString;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What runs here: decides what becomes of a task that arrives, and of an attempt that ends. */
final class Attempts {
  private static final Logger LOG = LoggerFactory.getLogger(Attempts.class);
  private static final int TOLD = 100;

  private final Map<TaskKey, Attempt> running = new ConcurrentHashMap<>();
  private final Executors executors;
  private final SlotLedger ledger;
  private final Outbox outbox;
  private final Results results;
  private final Spill spill;
  private final AgentClock clock;
  private final ScheduledExecutorService timer;
  private final Path work;

  Attempts(
      Executors executors,
      SlotLedger ledger,
      Outbox outbox,
      Results results,
      Spill spill,
      AgentClock clock,
      ScheduledExecutorService timer,
      Path work) {
    this.executors = executors;
    this.ledger = ledger;
    this.outbox = outbox;
    this.results = results;
    this.spill = spill;
    this.clock = clock;
    this.timer = timer;
    this.work = work;
  }

  /** Settles with a kept result, hands to the running attempt, or says that it is a new task. */
  boolean adopt(Delivery delivery) {
    TaskResult kept = outbox.find(delivery.resultKey());
    if (kept != null) {
      settle(delivery, kept);
      return true;
    }
    Attempt attempt = running.get(delivery.key());
    if (attempt == null) {
      return false;
    }
    attempt.adopt(delivery);
    return true;
  }

  /** Runs a task in slots that were taken for it: {@code milliCores} go back when it is over. */
  void begin(Delivery delivery, int milliCores, RunTimes times) {
    TaskDescription task;
    try {
      task = check(delivery);
    } catch (MalformedMessage e) {
      ledger.release(milliCores);
      finish(delivery, results.rejected(delivery, String.valueOf(e.getMessage())));
      return;
    }
    if (!task.lane().equals(delivery.lane()) && !delivery.lane().suspect()) {
      ledger.release(milliCores);
      move(delivery, task.lane().address(), delivery.attempt());
      return;
    }
    run(delivery, task, milliCores, times);
  }

  private TaskDescription check(Delivery delivery) throws MalformedMessage {
    TaskDescription task = WireFormat.decodeTask(delivery.body());
    if (task.id() != null && !task.id().equals(delivery.key().id())) {
      throw new MalformedMessage("the body says id " + task.id() + ", the property another");
    }
    if (!task.payload().kind().equals(delivery.kind())) {
      throw new MalformedMessage(
          "the body says kind " + task.payload().kind() + ", the property " + delivery.kind());
    }
    return task;
  }

  private void run(Delivery delivery, TaskDescription task, int milliCores, RunTimes times) {
    TaskExecutor executor = executors.of(delivery.kind());
    if (executor == null) {
      ledger.release(milliCores);
      finish(
          delivery, results.rejected(delivery, "no agent here knows the kind " + delivery.kind()));
      return;
    }
    Attempt attempt = new Attempt(task, delivery, clock.micros());
    running.put(delivery.key(), attempt);
    Path directory =
        work.resolve(delivery.key().session().value())
            .resolve(delivery.key().id().value())
            .resolve(Integer.toString(delivery.attempt()));
    Execution execution = new Execution(delivery.key(), delivery.attempt(), task, directory);
    if (task.timeout() != null) {
      attempt.timeoutIs(
          timer.schedule(
              () -> attempt.end(Attempt.Verdict.TIMEOUT),
              task.timeout().toNanos(),
              TimeUnit.NANOSECONDS));
    }
    attempt.started(
        executor.start(execution, outcome -> ended(attempt, outcome, milliCores, times)));
  }

  private void ended(Attempt attempt, Outcome outcome, int milliCores, RunTimes times) {
    long endedUs = clock.micros();
    attempt.over();
    ledger.release(milliCores);
    times.add(endedUs - attempt.startedUs(), attempt.delivery().body().length + 300);
    if (attempt.verdict() == Attempt.Verdict.GIVEN_BACK && !outcome.success()) {
      Delivery delivery = attempt.delivery();
      running.remove(delivery.key());
      move(delivery, delivery.lane().address(), delivery.attempt() + 1);
      return;
    }
    TaskResult result = spill.fit(results.of(attempt, outcome, endedUs));
    // In this order: whoever delivers the task again finds either the attempt or its result.
    outbox.keep(result);
    running.remove(attempt.delivery().key());
    settle(attempt.delivery(), result);
  }

  /** The broker refuses this result alone: a short one that says so takes its place. */
  void refused(ResultKey key, String why) {
    TaskResult result = outbox.find(key);
    if (result != null) {
      LOG.error("the result of {} is refused: {}", key, why);
      outbox.keep(Results.refused(result, why));
    }
  }

  private void finish(Delivery delivery, TaskResult result) {
    outbox.keep(result);
    settle(delivery, result);
  }

  private void settle(Delivery delivery, TaskResult result) {
    Intake intake = delivery.intake();
    if (!intake.isOpen()) {
      return; // Its task comes again, here or elsewhere; here the outbox settles it.
    }
    intake.settle(
        new Intake.Settling(
            delivery,
            TaskMessages.resultAddress(result.session()),
            TaskMessages.result(intake.session(), result, TaskMessages.encode(result)),
            () -> outbox.settled(result.key())));
  }

  /** Puts the task into a lane again, in one transaction with its acknowledgement here. */
  void move(Delivery delivery, String address, int attempt) {
    Intake intake = delivery.intake();
    if (intake.isOpen()) {
      intake.settle(
          new Intake.Settling(
              delivery,
              SimpleString.of(address),
              TaskMessages.copy(intake.session(), delivery, attempt),
              () -> LOG.debug("{} went back to {}", delivery.key(), address)));
    }
  }

  /** Ends all attempts; their tasks go back to their lanes as they end. */
  void giveBack() {
    running.values().forEach(attempt -> attempt.end(Attempt.Verdict.GIVEN_BACK));
  }

  int count() {
    return running.size();
  }

  List<AgentState.Attempt> told() {
    return running.values().stream()
        .limit(TOLD)
        .map(
            attempt ->
                new AgentState.Attempt(
                    attempt.delivery().key().session(),
                    attempt.delivery().key().id(),
                    attempt.delivery().attempt(),
                    attempt.startedUs()))
        .toList();
  }
}
