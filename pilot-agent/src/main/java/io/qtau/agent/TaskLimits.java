package io.qtau.agent;

import java.util.Map;

/**
 * What no task of an agent may go beyond, whatever it has said of itself.
 *
 * @param outputMb what one attempt may write to its standard output and error together, MiB: more
 *     would fill the disk that all tasks of the node share
 */
record TaskLimits(long outputMb) {
  static final String OUTPUT_VARIABLE = "QTAU_MAX_OUTPUT_MB";
  private static final long OUTPUT_MB = 1024;

  /** As the variables of the agent say. */
  static TaskLimits of(Map<String, String> environment) {
    return new TaskLimits(AgentVariable.number(environment, OUTPUT_VARIABLE, OUTPUT_MB));
  }
}
