package io.qtau.agent;

/**
 * How a Python process ended.
 *
 * @param code its exit code; 128 + n when signal n ended it
 * @param stuck whether it was ended because all its threads waited for locks for good
 */
record WorkerEnd(int code, boolean stuck) {
  private static final int SIGNAL_BITS = 0x7f;

  /** Of a status as of wait(2). */
  static WorkerEnd ofStatus(int status, boolean stuck) {
    int signal = status & SIGNAL_BITS;
    return new WorkerEnd(signal == 0 ? status >> 8 & 0xff : 128 + signal, stuck);
  }

  String words() {
    if (stuck) {
      return "signal 9, after all its threads had waited for locks without any CPU time for "
          + WorkerLimits.STUCK_VARIABLE
          + " of the agent, by default 20 s";
    }
    return code > 128 ? "signal " + (code - 128) : "exit code " + code;
  }
}
