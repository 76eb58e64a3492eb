package io.qtau.cli;

import io.qtau.client.QTau;
import io.qtau.client.Session;
import io.qtau.collector.ResultFiles;
import io.qtau.collector.Summary;
import io.qtau.protocol.SessionName;
import io.qtau.protocol.TaskDescription;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Submits tasks into a new session and reads its results into a directory, at the same time. */
final class RunTasks {
  private final Console console;
  private final RunSite site;
  private final SessionName name;
  private final OutDirectory out;
  private final @Nullable Duration timeout;
  private final Instant started = Instant.now();
  private final long startNanos = System.nanoTime();

  RunTasks(
      Console console,
      RunSite site,
      SessionName name,
      OutDirectory out,
      @Nullable Duration timeout) {
    this.console = console;
    this.site = site;
    this.name = name;
    this.out = out;
    this.timeout = timeout;
  }

  /**
   * On return {@code run.json} says how it ended; it is gone when the broker took no task at all.
   */
  SessionEnd run(List<TaskDescription> tasks) throws Exception {
    SessionEnd end;
    try (QTau qtau = QTau.connect(site.url(), site.credential());
        ResultFiles files = out.replace()) {
      out.write(record(0, files.summary(), RunRecord.UNFINISHED));
      end = run(tasks, qtau.newSession(name.value()), files);
    }
    if (end.run().accepted() == 0) {
      out.forget();
    } else {
      out.write(end.run());
    }
    return end;
  }

  private SessionEnd run(List<TaskDescription> tasks, Session session, ResultFiles files)
      throws Exception {
    Progress progress = new Progress(console, System::nanoTime);
    progress.total(tasks.size());
    Recorder recorder = new Recorder(files, progress);
    Submitter submitter = Submitter.start(session, tasks);
    CommandFailed reason;
    try (Watch watch = new Watch(console, timeout, () -> trouble(submitter), progress::tick)) {
      reason = read(session, recorder, submitter, watch);
    }
    submitter.stop();
    progress.end();
    String state = reason == null ? RunRecord.FINISHED : RunRecord.UNFINISHED;
    if (reason != null && submitter.accepted() < tasks.size()) {
      console.say("only " + submitter.accepted() + " of " + tasks.size() + " tasks were submitted");
    }
    return new SessionEnd(record(submitter.accepted(), files.summary(), state), reason);
  }

  /** Reads until all results are there; otherwise says why not. */
  private static @Nullable CommandFailed read(
      Session session, Recorder recorder, Submitter submitter, Watch watch) throws Exception {
    try {
      submitter.awaitFirst();
      session.read(recorder, () -> watch.stopped() || allIn(recorder, submitter));
    } catch (InterruptedException e) {
      if (watch.reason() == null) {
        throw e;
      }
    }
    return allIn(recorder, submitter) ? null : watch.reason();
  }

  private static boolean allIn(Recorder recorder, Submitter submitter) {
    return submitter.isDone() && recorder.taken() >= submitter.accepted();
  }

  private @Nullable CommandFailed trouble(Submitter submitter) {
    CommandFailed refused = submitter.failure();
    return refused != null ? refused : site.trouble();
  }

  private RunRecord record(long accepted, Summary summary, String state) {
    return new RunRecord(
        name.value(),
        state,
        site.url().toString(),
        accepted,
        Tally.counts(summary),
        summary.notSuccessful(),
        0,
        Math.max(0, accepted - summary.tasks()),
        summary.late(),
        Math.round((System.nanoTime() - startNanos) / 1e6) / 1e3,
        started,
        state.equals(RunRecord.FINISHED) ? Instant.now() : null,
        site.cores(),
        QTauCommand.Version.text(),
        out.path().toString(),
        summary.latency());
  }
}
