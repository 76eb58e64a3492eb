package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qtau.protocol.Output;
import io.qtau.protocol.Payload;
import io.qtau.protocol.TaskError;
import io.qtau.protocol.Usage;
import java.io.IOException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/** Runs Python functions in workers that stay warm between tasks. */
final class PythonExecutor implements TaskExecutor {
  private final ProcessTree tree;
  private final WorkerPool pool;
  private final ExecutorService threads =
      Executors.newCachedThreadPool(
          task -> {
            Thread thread = new Thread(task, "python");
            thread.setDaemon(true);
            return thread;
          });

  PythonExecutor(ProcessTree tree) {
    this.tree = tree;
    pool = new WorkerPool(tree);
  }

  @Override
  public String kind() {
    return "python";
  }

  @Override
  public Running start(Execution execution, Consumer<Outcome> done) {
    Call call = new Call(execution, done);
    threads.execute(call);
    return call::kill;
  }

  @Override
  public void close() {
    threads.shutdown();
    pool.close();
  }

  /** One function in one worker. */
  private final class Call implements Runnable {
    private final Execution execution;
    private final Consumer<Outcome> done;
    private @Nullable PythonWorker worker;
    private boolean killed;

    Call(Execution execution, Consumer<Outcome> done) {
      this.execution = execution;
      this.done = done;
    }

    synchronized void kill() {
      if (!killed) {
        killed = true;
        if (worker != null) {
          var unused = tree.kill(worker.mark());
        }
      }
    }

    @Override
    public void run() {
      done.accept(outcome());
    }

    private Outcome outcome() {
      Payload.Python python = (Payload.Python) execution.task().payload();
      PythonWorker taken;
      try {
        taken = pool.take(python.env(), execution.task().resources().milliCores());
      } catch (IOException e) {
        return Outcome.failed("CannotStart", String.valueOf(e.getMessage()));
      }
      if (!begin(taken)) {
        pool.putBack(taken);
        return Outcome.failed("Killed", "it was ended before it began");
      }
      return call(taken, python);
    }

    private Outcome call(PythonWorker taken, Payload.Python python) {
      boolean reused = taken.isUsed();
      try {
        JsonNode answer = taken.call(request(python));
        if (end()) {
          pool.putBack(taken);
        } else {
          taken.close();
        }
        return read(answer, reused);
      } catch (IOException e) {
        boolean wasKilled = !end();
        String how = taken.epitaph();
        taken.close();
        tree.kill(taken.mark()).join();
        return Outcome.failed(
            wasKilled ? "Killed" : "WorkerDied", "its Python worker ended with " + how);
      }
    }

    private synchronized boolean begin(PythonWorker taken) {
      worker = taken;
      return !killed;
    }

    /** Whether it ended by itself. */
    private synchronized boolean end() {
      worker = null;
      return !killed;
    }

    private JsonNode request(Payload.Python python) {
      ObjectNode request = PythonWorker.JSON.createObjectNode();
      request.put("task", execution.key().id().value());
      request.put("session", execution.key().session().value());
      request.put("attempt", execution.attempt());
      request.put("call", python.call());
      request.put("pickle", python.pickle());
      request.set(
          "args", python.args().isNull() ? PythonWorker.JSON.createArrayNode() : python.args());
      request.set(
          "kwargs",
          python.kwargs().isNull() ? PythonWorker.JSON.createObjectNode() : python.kwargs());
      python.path().forEach(request.putArray("path")::add);
      request.putNull("cwd");
      request.put("workdir", execution.directory().resolve("work").toString());
      ObjectNode env = request.putObject("env");
      execution.environment().forEach(env::put);
      return request;
    }
  }

  private static Outcome read(JsonNode answer, boolean reused) {
    JsonNode error = answer.path("error");
    JsonNode usage = answer.path("usage");
    return new Outcome(
        answer.path("ok").asBoolean(),
        null,
        answer.get("value"),
        text(answer, "pickle"),
        output(answer.path("stdout")),
        output(answer.path("stderr")),
        error.isObject()
            ? new TaskError(
                error.path("type").asText(), error.path("message").asText(), text(error, "trace"))
            : null,
        new Usage(
            usage.path("user_s").asDouble(),
            usage.path("system_s").asDouble(),
            usage.path("max_rss_mb").asDouble()),
        reused);
  }

  private static @Nullable String text(JsonNode node, String field) {
    return node.hasNonNull(field) ? node.get(field).asText() : null;
  }

  private static Output output(JsonNode node) {
    long bytes = node.path("bytes").asLong();
    return bytes == 0
        ? Output.NONE
        : new Output(node.path("text").asText(), bytes, node.path("truncated").asBoolean(), null);
  }
}
