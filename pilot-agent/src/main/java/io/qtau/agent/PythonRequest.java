package io.qtau.agent;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.qtau.protocol.Payload;
import java.nio.file.Path;

/** What a worker is told of a task; {@code qtau/worker/task.py} says what it means. */
final class PythonRequest {
  private PythonRequest() {}

  /** Where the files are looked for that a task leaves in its working directory. */
  static Path workPlace(Execution execution) {
    return execution.directory().resolve("work");
  }

  /**
   * @param scratch the directory that it runs in
   */
  static JsonNode of(Execution execution, Payload.Python python, Path scratch) {
    ObjectNode request = WorkerStream.JSON.createObjectNode();
    request.put("task", execution.key().id().value());
    request.put("session", execution.key().session().value());
    request.put("attempt", execution.attempt());
    putCode(request, python);
    if (!python.sweep().isNull()) {
      request.set("sweep", python.sweep());
    }
    if (execution.task().seed() != null) {
      request.put("seed", execution.task().seed());
    }
    if (python.returnsPickle()) {
      request.put("returns", "pickle");
    }
    python.runtime().preload().forEach(request.putArray("preload")::add);
    python.runtime().path().forEach(request.putArray("path")::add);
    execution.slots().cpus().forEach(request.putArray("cpus")::add);
    request.put("workdir", scratch.toString());
    request.put("keep_as", workPlace(execution).toString());
    request.put("files", execution.kept().resolve("values").toString());
    ObjectNode env = request.putObject("env");
    execution.environment().forEach(env::put);
    return request;
  }

  private static void putCode(ObjectNode request, Payload.Python python) {
    if (python.call() == null) {
      request.put("pickle", python.pickle());
      ObjectNode by = request.putObject("pickled_by");
      python.pickledBy().forEach(by::put);
      return;
    }
    request.put("call", python.call());
    if (!python.args().isNull()) {
      request.set("args", python.args());
    }
    if (!python.kwargs().isNull()) {
      request.set("kwargs", python.kwargs());
    }
  }
}
