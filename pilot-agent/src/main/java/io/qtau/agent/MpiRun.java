package io.qtau.agent;

import io.qtau.protocol.AgentName;
import io.qtau.protocol.Payload;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One execution of an MPI program: a launcher here, and ranks on the nodes of its gang. It is over
 * when the launcher has ended and no process of it is left on any node.
 */
final class MpiRun implements Runnable, TaskExecutor.Running {
  private static final Logger LOG = LoggerFactory.getLogger(MpiRun.class);
  private static final File NOTHING = new File("/dev/null");

  private final AgentName agent;
  private final Execution execution;
  private final Payload.Mpi mpi;
  private final Gang gang;
  private final ProcessTree tree;
  private final MpiPlanner planner;
  private final Consumer<Outcome> done;
  private static final long LOOK_MILLIS = 250;
  private static final long TO_END_ALL_MILLIS = 1500;

  /** A launcher that runs. */
  private record Launched(Process process, RankWatch ranks) {}

  private final String mark;
  private final long readyNanos = System.nanoTime();
  private @Nullable Thread preparing;
  private @Nullable CompletableFuture<Void> killed;
  private boolean killWanted;
  private boolean wasKilled;
  private @Nullable LaunchEnd untold;

  MpiRun(
      AgentName agent,
      Execution execution,
      Gang gang,
      ProcessTree tree,
      MpiPlanner planner,
      Consumer<Outcome> done) {
    this.agent = agent;
    this.execution = execution;
    mpi = (Payload.Mpi) execution.task().payload();
    this.gang = gang;
    this.tree = tree;
    this.planner = planner;
    this.done = done;
    mark = gang.mark().orElseGet(tree::newMark);
  }

  @Override
  public String mark() {
    return mark;
  }

  @Override
  public long outputBytes() {
    return WorkDirectory.outputBytes(execution.directory());
  }

  @Override
  public void run() {
    try {
      watch(begin());
      return;
    } catch (MpiRefused e) {
      refuse(e.type(), String.valueOf(e.getMessage()));
    } catch (IOException e) {
      refuse("CannotStart", String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      refuse("Ended", "it was ended before it began");
    } catch (RuntimeException e) {
      LOG.error("{} cannot be started", execution.key(), e);
      refuse("CannotStart", e.toString());
    }
  }

  private void refuse(String type, String reason) {
    synchronized (this) {
      preparing = null;
    }
    var unused = Thread.interrupted(); // This thread has further work.
    WorkDirectory.clean(execution.directory());
    String words = execution.key().id() + " on " + agent + ": " + reason;
    var ignored = gang.end().thenRun(() -> done.accept(Outcome.failed(type, words)));
  }

  private Launched begin() throws MpiRefused, IOException, InterruptedException {
    synchronized (this) {
      if (killWanted) {
        throw new InterruptedException();
      }
      preparing = Thread.currentThread();
    }
    Path directory = execution.directory();
    Path work = mpi.cwd() == null ? directory.resolve("work") : Path.of(mpi.cwd());
    Files.createDirectories(mpi.cwd() == null ? work : directory);
    if (!Files.isDirectory(work)) {
      throw new IOException("its working directory " + work + " is not there");
    }
    MpiPlan plan = planner.plan(execution, work, gang);
    double preparedSeconds = seconds(readyNanos);
    long startNanos = System.nanoTime();
    double uptime = Uptime.now();
    Process process;
    synchronized (this) {
      preparing = null;
      if (Thread.interrupted() || killWanted) {
        throw new InterruptedException();
      }
      process = prepare(plan, directory, work).start();
      var unused =
          process
              .onExit()
              .thenRun(
                  () ->
                      over(
                          new LaunchEnd(
                              plan,
                              process.exitValue(),
                              gang.gatherSeconds(),
                              preparedSeconds,
                              seconds(startNanos),
                              uptime,
                              Uptime.now())));
    }
    gang.onBroken(this::kill);
    return new Launched(
        process, new RankWatch(directory.resolve(CapturedFile.STDERR), plan.ranks().nonce()));
  }

  /**
   * A launcher ends all ranks when one fails. Hydra 4.0.2 does not always, when that one was killed
   * on another node: then they are ended here.
   */
  private void watch(Launched launched) {
    try {
      while (!launched.process().waitFor(LOOK_MILLIS, TimeUnit.MILLISECONDS)) {
        if (launched.ranks().hasFailed()
            && !launched.process().waitFor(TO_END_ALL_MILLIS, TimeUnit.MILLISECONDS)) {
          LOG.warn("{}: a rank has failed, and the launcher has not ended the rest", mark);
          kill();
          return;
        }
      }
    } catch (IOException
        | RuntimeException e) { // Its launcher's end is the program's all the same.
      LOG.warn("what the ranks of {} say cannot be followed", mark, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static double seconds(long sinceNanos) {
    return (System.nanoTime() - sinceNanos) / 1e9;
  }

  private ProcessBuilder prepare(MpiPlan plan, Path directory, Path work) {
    ProcessBuilder builder = new ProcessBuilder(plan.command().argv());
    builder.directory(work.toFile());
    LaunchEnvironment.clean(builder.environment());
    builder.environment().putAll(plan.command().environment());
    builder.environment().putAll(plan.variables());
    builder.environment().put(ProcessTree.MARK, mark);
    builder.redirectInput(NOTHING);
    builder.redirectOutput(directory.resolve(WorkDirectory.STDOUT).toFile());
    builder.redirectError(directory.resolve(CapturedFile.STDERR).toFile());
    return builder;
  }

  @Override
  public void kill() {
    synchronized (this) {
      if (!killWanted) {
        killWanted = true;
        if (preparing != null) {
          preparing.interrupt();
          return;
        }
        killed = tree.kill(mark);
      }
    }
    var unused = gang.end(); // At once: nobody waits for the end of the ranks here.
    tellIfUntold();
  }

  /** The launcher has ended: whatever it has left behind goes with it, on all nodes. */
  private void over(LaunchEnd end) {
    CompletableFuture<Void> here;
    synchronized (this) {
      wasKilled = killed != null;
      here = killed == null ? tree.sweep(mark) : killed;
    }
    var unused = CompletableFuture.allOf(here, gang.end()).thenRun(() -> allIsGone(end));
  }

  /** Before its launcher had ended. */
  private synchronized boolean wasKilled() {
    return wasKilled;
  }

  private void allIsGone(LaunchEnd end) {
    boolean clear;
    synchronized (this) {
      clear = end.exitCode() == 0 || killWanted;
      untold = clear ? null : end;
    }
    if (clear) {
      tell(end);
    } else { // A scheduler that ends an allocation may have told the launcher first.
      var unused = Shutdown.otherwise(this::tellIfUntold);
    }
  }

  /** Of a failure that nobody here has caused: once it is clear what it means. */
  private void tellIfUntold() {
    LaunchEnd end;
    synchronized (this) {
      end = untold;
      untold = null;
    }
    if (end != null) {
      tell(end);
    }
  }

  private void tell(LaunchEnd end) {
    Outcome outcome;
    try {
      outcome = new MpiOutcome(execution, mpi.layout(), end).read(gang);
      outcome = wasKilled() ? outcome.killed() : outcome;
      WorkDirectory.clean(execution.directory());
    } catch (IOException e) {
      outcome = Outcome.failed("OutputLost", "its output cannot be read: " + e.getMessage());
    } catch (RuntimeException e) {
      LOG.error("what {} has left behind cannot be understood", execution.key(), e);
      outcome = Outcome.failed("OutputLost", "its output cannot be understood: " + e);
    }
    done.accept(outcome);
  }
}
