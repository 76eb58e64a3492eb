package io.qtau.agent;

/** An MPI program that cannot be launched here. */
final class MpiRefused extends Exception {
  private static final long serialVersionUID = 1L;
  private final String type;

  /**
   * @param type for programs
   * @param reason for people: what, where, and what to do
   */
  MpiRefused(String type, String reason) {
    super(reason);
    this.type = type;
  }

  String type() {
    return type;
  }
}
