package io.qtau.cli;

import io.qtau.launcher.JavaCommand;
import java.util.List;

/** The command of a broker's JVM. */
final class BrokerJava {
  /**
   * A login node has a hundred cores, and other users: a JVM would make threads for all of them.
   */
  private static final int MOST_CORES = 8;

  private BrokerJava() {}

  /**
   * Its messages die young: a small nursery, used over and over, needs no fresh memory of the
   * kernel. It may take a tenth of its time to stay small.
   *
   * <p>Its compiler puts fewer methods into each other. The code of a broker is wide and its paths
   * are cold: with the JVM's own limits the compiler took 21 s of CPU for the first 35,000 tasks,
   * and takes 6 s with these, for code that is an eighth slower ({@code docs/adr/0018}).
   *
   * @param properties {@code -Dname=value} each
   */
  static List<String> broker(List<String> properties) {
    List<String> argv =
        JavaCommand.of(
            "-Xms64m",
            "-Xmx1g",
            "-Xmn48m",
            "-XX:+UseParallelGC",
            "-XX:GCTimeRatio=9",
            "-XX:MinHeapFreeRatio=15",
            "-XX:MaxHeapFreeRatio=30",
            "-XX:ActiveProcessorCount=" + cores(Runtime.getRuntime().availableProcessors()),
            "-XX:MaxInlineLevel=3",
            "-XX:FreqInlineSize=60",
            "-XX:InlineSmallCode=1000");
    argv.addAll(1, properties);
    return argv;
  }

  /** How many a broker counts on: its pools, its collector and its compilers have threads by it. */
  static int cores(int available) {
    return Math.min(available, MOST_CORES);
  }
}
