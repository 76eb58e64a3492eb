package io.qtau.cli;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The argument lists of further JVMs: the same Java, class path and class archive as this one's.
 */
final class JavaCommand {
  /**
   * A login node has a hundred cores, and other users: a JVM would make threads for all of them.
   */
  private static final int MOST_CORES = 8;

  private JavaCommand() {}

  /** For an agent: small, since many may share a node; room for what tasks of 8 MiB need. */
  static List<String> agent() {
    return command(
        "-Xms24m",
        "-Xmx512m",
        "-Xmn12m",
        "-XX:+UseSerialGC",
        "-XX:MinHeapFreeRatio=10",
        "-XX:MaxHeapFreeRatio=25",
        "-XX:TieredStopAtLevel=1");
  }

  /**
   * For a broker that stays. Its messages die young: a small nursery, used over and over, needs no
   * fresh memory of the kernel. It may take a tenth of its time to stay small.
   *
   * <p>Its compiler puts fewer methods into each other. The code of a broker is wide and its paths
   * are cold: with the JVM's own limits the compiler took 21 s of CPU for the first 35,000 tasks,
   * and takes 6 s with these, for code that is an eighth slower ({@code docs/adr/0018}).
   *
   * @param properties {@code -Dname=value} each
   */
  static List<String> broker(List<String> properties) {
    List<String> argv =
        command(
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

  private static List<String> command(String... options) {
    List<String> argv = new ArrayList<>();
    argv.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    argv.addAll(List.of(options));
    String archive = System.getProperty("qtau.cds", "");
    if (!archive.isEmpty() && Files.isReadable(Path.of(archive))) {
      argv.addAll(
          List.of("-XX:SharedArchiveFile=" + archive, "-Xlog:disable", "-Dqtau.cds=" + archive));
    }
    argv.add("-Djdk.lang.Process.launchMechanism=VFORK");
    argv.addAll(List.of("-cp", System.getProperty("java.class.path", "")));
    return argv;
  }
}
