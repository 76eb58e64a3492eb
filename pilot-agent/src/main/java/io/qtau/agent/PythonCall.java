package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import io.qtau.protocol.Isolation;
import io.qtau.protocol.Payload;
import io.qtau.protocol.PythonRuntime;
import io.qtau.protocol.TaskError;
import java.io.IOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** One Python task: gets a worker, has it run the task, and gives it back or ends it. */
final class PythonCall implements Runnable, TaskExecutor.Running {
  private final Execution execution;
  private final Payload.Python python;
  private final Consumer<Outcome> done;
  private final ProcessTree tree;
  private final WorkerPackage workerPackage;
  private final WorkerPool pool;
  private final Zygotes zygotes;
  private final Environments environments;
  private final CompletableFuture<Object> killed = new CompletableFuture<>();
  private @Nullable String mark;
  private @Nullable PythonWorker servedBy;

  PythonCall(
      Execution execution,
      Consumer<Outcome> done,
      ProcessTree tree,
      WorkerPackage workerPackage,
      WorkerPool pool,
      Zygotes zygotes,
      Environments environments) {
    this.execution = execution;
    python = (Payload.Python) execution.task().payload();
    this.done = done;
    this.tree = tree;
    this.workerPackage = workerPackage;
    this.pool = pool;
    this.zygotes = zygotes;
    this.environments = environments;
  }

  /** Ends the worker with all that it has started; without one yet, the waiting for it. */
  @Override
  public synchronized void kill() {
    if (killed.complete(this) && mark != null) {
      var unused = tree.kill(mark);
    }
  }

  @Override
  public synchronized @Nullable String mark() {
    return mark;
  }

  @Override
  public long outputBytes() {
    PythonWorker by = servedBy();
    return by == null ? 0 : by.outputBytes();
  }

  private synchronized @Nullable PythonWorker servedBy() {
    return servedBy;
  }

  @Override
  public void run() {
    done.accept(outcome());
  }

  private Outcome outcome() {
    long began = System.nanoTime();
    PythonWorker worker;
    try {
      worker = worker();
    } catch (WorkerRefused e) {
      return failed(e.error());
    } catch (IOException e) {
      return killed.isDone()
          ? Outcome.failed("Killed", "it was ended before it began")
          : Outcome.failed("CannotStart", String.valueOf(e.getMessage()));
    }
    if (!begins(worker)) {
      release(worker);
      return Outcome.failed("Killed", "it was ended before it began");
    }
    return call(worker, (System.nanoTime() - began) / 1e9);
  }

  private static Outcome failed(TaskError error) {
    Outcome plain = Outcome.failed(error.type(), error.message());
    return plain.with(error);
  }

  private PythonWorker worker() throws IOException {
    PythonRuntime runtime = python.runtime();
    String interpreter = await(environments.interpreter(runtime.env()));
    WorkerKey key = new WorkerKey(interpreter, execution.slots().environment());
    return switch (runtime.isolation()) {
      case WARM -> {
        PythonWorker idle = pool.take(key);
        yield idle == null ? begun(start(key)) : idle;
      }
      case FRESH -> begun(start(key));
      case FORK -> begun(fork(new Zygote.Key(key, runtime.preload(), runtime.path())));
    };
  }

  private PythonWorker begun(PythonWorker worker) {
    pool.began(worker);
    return worker;
  }

  private PythonWorker start(WorkerKey key) throws IOException {
    return PythonWorker.start(key, newMark(), workerPackage.directory());
  }

  private PythonWorker fork(Zygote.Key key) throws IOException {
    Zygote zygote = await(zygotes.of(key));
    try {
      return zygote.fork(newMark());
    } catch (IOException e) {
      if (zygote.isAlive() || killed.isDone()) {
        throw e;
      }
      return await(zygotes.of(key)).fork(newMark()); // That one had been idle for too long.
    }
  }

  /** A mark for a process that is about to be: a kill finds it from its first moment. */
  private String newMark() throws IOException {
    String fresh = tree.newMark();
    if (!begins(fresh)) {
      throw new IOException("it was ended before it began");
    }
    return fresh;
  }

  /** Waits for what others may wait for too, or for a kill. */
  private <T> T await(CompletableFuture<T> wanted) throws IOException {
    try {
      if (CompletableFuture.anyOf(wanted, killed).get() == this) {
        throw new IOException("it was ended before it began");
      }
      return wanted.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } catch (ExecutionException e) {
      Throwable cause = e.getCause();
      if (cause instanceof IOException known) {
        throw known;
      }
      throw new IOException(String.valueOf(cause), e);
    }
  }

  private synchronized boolean begins(PythonWorker worker) {
    servedBy = worker;
    return begins(worker.mark());
  }

  private synchronized boolean begins(String newMark) {
    mark = newMark;
    return !killed.isDone();
  }

  /** Whether it has not been killed; from here on it cannot be. */
  private synchronized boolean ends() {
    mark = null;
    servedBy = null;
    return !killed.isDone();
  }

  private Outcome call(PythonWorker worker, double readySeconds) {
    boolean reused = worker.served() > 0;
    try {
      JsonNode answer =
          worker.call(PythonRequest.of(execution, python, worker.scratch().of(execution)));
      if (ends()) {
        release(worker);
      } else {
        pool.ended(worker);
        worker.close();
        worker.forgetOutput();
      }
      return PythonAnswer.read(answer, reused, readySeconds);
    } catch (IOException e) {
      return died(worker, e);
    }
  }

  private void release(PythonWorker worker) {
    if (python.runtime().isolation() == Isolation.WARM) {
      pool.putBack(worker, System.nanoTime());
      return;
    }
    pool.ended(worker);
    worker.close();
    var unused = worker.awaitEnd();
    if (!ProcessTree.find(worker.mark()).isEmpty()) {
      tree.kill(worker.mark()).join();
    }
  }

  private Outcome died(PythonWorker worker, IOException why) {
    boolean wasKilled = !ends();
    pool.ended(worker);
    WorkerEnd end = worker.awaitEnd();
    String said = worker.lastWords();
    tree.kill(worker.mark()).join();
    worker.scratch().leave(PythonRequest.workPlace(execution));
    worker.close();
    String how = end == null ? why + ", but its process went on" : end.words();
    String type = wasKilled ? "Killed" : end != null && end.stuck() ? "Stuck" : "WorkerDied";
    String message =
        "its Python worker ended with "
            + how
            + (said.isEmpty() ? "" : "; outside of tasks " + said);
    return Outcome.failed(type, message)
        .with(worker.leftOutput("stdout"), worker.leftOutput("stderr"));
  }
}
