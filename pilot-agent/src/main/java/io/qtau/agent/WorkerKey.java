package io.qtau.agent;

import java.util.Map;

/**
 * What makes Python workers exchangeable: what was set before their interpreters began.
 *
 * @param interpreter the program
 * @param variables how many threads numerical libraries use, and which GPUs they see
 */
record WorkerKey(String interpreter, Map<String, String> variables) {
  WorkerKey {
    variables = Map.copyOf(variables);
  }

  /** What it is, in a line of a log. */
  String told() {
    String threads = variables.getOrDefault("OMP_NUM_THREADS", "?");
    String words = interpreter + ", threads " + threads;
    String devices = variables.getOrDefault(GpuVariables.CUDA, "");
    return devices.isEmpty() ? words : words + ", GPUs " + devices;
  }

  void putVariables(Map<String, String> environment) {
    environment.putAll(variables);
  }
}
