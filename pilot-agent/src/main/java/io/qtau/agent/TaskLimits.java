package io.qtau.agent;

import java.util.Map;

/**
 * What no task of an agent may go beyond, whatever it has said of itself.
 *
 * @param outputMb what one attempt may write to its standard output and error together, MiB: more
 *     would fill the disk that all tasks of the node share
 * @param processes how many processes one attempt may have at once: one that multiplies would leave
 *     none to the agent and to the other tasks
 */
record TaskLimits(long outputMb, long processes) {
  static final String OUTPUT_VARIABLE = "QTAU_MAX_OUTPUT_MB";
  static final String PROCESSES_VARIABLE = "QTAU_MAX_PROCESSES";
  private static final long OUTPUT_MB = 1024;
  private static final long PROCESSES = 2000;

  /** As the variables of the agent say. */
  static TaskLimits of(Map<String, String> environment) {
    return new TaskLimits(
        AgentVariable.number(environment, OUTPUT_VARIABLE, OUTPUT_MB),
        AgentVariable.number(environment, PROCESSES_VARIABLE, PROCESSES));
  }
}
