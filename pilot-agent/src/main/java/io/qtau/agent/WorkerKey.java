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

  void putVariables(Map<String, String> environment) {
    environment.putAll(variables);
  }
}
