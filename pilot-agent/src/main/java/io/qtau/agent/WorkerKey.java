package io.qtau.agent;

import java.util.List;
import java.util.Map;

/**
 * What makes Python workers exchangeable: what was set before their interpreters began.
 *
 * @param interpreter the program
 * @param threads how many threads numerical libraries use
 * @param devices the ids of its GPUs; empty = it sees what the agent sees
 */
record WorkerKey(String interpreter, int threads, List<String> devices) {
  private static final List<String> DEVICE_VARIABLES =
      List.of("CUDA_VISIBLE_DEVICES", "ROCR_VISIBLE_DEVICES");

  WorkerKey {
    devices = List.copyOf(devices);
  }

  static WorkerKey of(String interpreter, int milliCores, List<String> devices) {
    return new WorkerKey(interpreter, Math.max(1, milliCores / 1000), devices);
  }

  /** What it is, in a line of a log. */
  String told() {
    String words = interpreter + ", " + threads + (threads == 1 ? " thread" : " threads");
    return devices.isEmpty() ? words : words + ", GPUs " + String.join(",", devices);
  }

  void putVariables(Map<String, String> environment) {
    ThreadVariables.put(environment, threads * 1000);
    if (!devices.isEmpty()) {
      String ids = String.join(",", devices);
      DEVICE_VARIABLES.forEach(name -> environment.put(name, ids));
    }
  }
}
