package io.qtau.agent;

/**
 * How a launcher has ended, and when.
 *
 * @param startUptime when it started, by the node's uptime in seconds
 * @param endUptime when it ended, by the same
 */
record LaunchEnd(
    MpiPlan plan,
    int exitCode,
    double gatherSeconds,
    double prepareSeconds,
    double wallSeconds,
    double startUptime,
    double endUptime) {}
