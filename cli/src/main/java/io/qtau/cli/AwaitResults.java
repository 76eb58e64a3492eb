package io.qtau.cli;

import io.qtau.client.QTauException;
import io.qtau.client.Session;
import io.qtau.client.SessionState;
import io.qtau.collector.ResultFiles;
import io.qtau.collector.Summary;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** Reads a session's results into a directory until the broker's table says that it is done. */
final class AwaitResults {
  private static final Duration LOOK = Duration.ofMillis(100);

  /** How often, while the last look said that more are to come. */
  private static final Duration SELDOM = Duration.ofSeconds(1);

  private final Console console;
  private final BrokerOptions.Target target;
  private final OutDirectory out;
  private final @Nullable Duration timeout;
  private final @Nullable Integer count;
  private final Instant started = Instant.now();
  private final long startNanos = System.nanoTime();
  private final Progress progress;
  private final SessionState first;
  private SessionState last;
  private long lookedNanos = System.nanoTime();

  AwaitResults(
      Console console,
      BrokerOptions.Target target,
      OutDirectory out,
      @Nullable Duration timeout,
      @Nullable Integer count,
      SessionState first) {
    this.console = console;
    this.target = target;
    this.out = out;
    this.timeout = timeout;
    this.count = count;
    this.first = first;
    this.last = first;
    progress = new Progress(console, System::nanoTime);
  }

  /** Whether all results that are wanted have been taken, as far as is known. */
  boolean isDone() {
    Integer wanted = count;
    return last.done() || (wanted != null && last.taken() >= wanted);
  }

  /** On return {@code run.json} says how it ended. */
  SessionEnd run(Session session) throws Exception {
    SessionEnd end;
    try (ResultFiles files = out.append()) {
      Tally tally = Tally.of(files, out.results(), session.name());
      Recorder recorder = new Recorder(files, progress);
      out.write(record(tally.counts(), files.summary(), recorder, RunRecord.UNFINISHED));
      CommandFailed reason = read(session, recorder);
      String state = reason == null ? RunRecord.FINISHED : RunRecord.UNFINISHED;
      end = new SessionEnd(record(tally.counts(), files.summary(), recorder, state), reason);
    }
    out.write(end.run());
    return end;
  }

  private @Nullable CommandFailed read(Session session, Recorder recorder) throws Exception {
    progress.total(total());
    progress.add(first.taken(), first.notSuccessful());
    try (Watch watch = new Watch(console, timeout, () -> null, progress::tick)) {
      try {
        session.read(recorder, () -> isDoneNow(session, recorder) || watch.stopped());
      } catch (InterruptedException e) {
        if (watch.reason() == null) {
          throw e;
        }
      }
      return isDone() ? null : watch.reason();
    } finally {
      progress.end();
    }
  }

  /** Asks the table: ten times a second at most, as it costs as much as many results. */
  private boolean isDoneNow(Session session, Recorder recorder) {
    long now = System.nanoTime();
    boolean moreToCome = first.taken() + recorder.taken() < total();
    if (isDone() || now - lookedNanos < (moreToCome ? SELDOM : LOOK).toNanos()) {
      return isDone();
    }
    lookedNanos = now;
    try {
      last = session.state();
      progress.total(total());
    } catch (QTauException stillAsBefore) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return isDone();
  }

  private long total() {
    Integer wanted = count;
    return wanted == null ? last.accepted() : wanted;
  }

  /** Of a session that was done before. */
  RunRecord finished() {
    return record(null, null, null, RunRecord.FINISHED);
  }

  private RunRecord record(
      @Nullable Map<String, Long> counts,
      @Nullable Summary summary,
      @Nullable Recorder recorder,
      String state) {
    long here = counts == null ? 0 : counts.values().stream().mapToLong(Long::longValue).sum();
    long read = recorder == null ? 0 : recorder.taken();
    long taken = Math.max(here, Math.max(last.taken(), first.taken() + read));
    long accepted = last.fedByForeign() ? taken : last.accepted();
    long failed = recorder == null ? 0 : recorder.failed();
    return new RunRecord(
        last.session().value(),
        state,
        target.url().toString(),
        accepted,
        counts,
        Math.max(last.notSuccessful(), first.notSuccessful() + failed),
        taken - here,
        Math.max(0, accepted - taken),
        summary == null ? 0 : summary.late(),
        Math.round((System.nanoTime() - startNanos) / 1e6) / 1e3,
        started,
        state.equals(RunRecord.FINISHED) ? Instant.now() : null,
        null,
        QTauCommand.Version.text(),
        out.path().toString(),
        summary == null ? List.of() : summary.latency());
  }
}
