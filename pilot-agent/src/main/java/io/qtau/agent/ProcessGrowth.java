package io.qtau.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Says when an execution may have more processes than it may. To count them takes a look at every
 * process of the host; how many threads there are in all is one line of the kernel's. So they are
 * counted when there are so many more than before that it can be.
 */
final class ProcessGrowth {
  private static final Path LOAD = Path.of("/proc/loadavg");
  private static final Pattern THREADS = Pattern.compile("[0-9]+/([0-9]+) ");

  private final long most;
  private long fewest = Long.MAX_VALUE;
  private long known;

  /**
   * @param most processes of one execution
   */
  ProcessGrowth(long most) {
    this.most = most;
  }

  /** How many threads the host has; 0 = the kernel does not tell. */
  static long threads() {
    try {
      Matcher found = THREADS.matcher(Files.readString(LOAD));
      return found.find() ? Long.parseLong(found.group(1)) : 0;
    } catch (IOException e) {
      return 0;
    }
  }

  /** Whether one execution can have too many processes, now that the host has so many threads. */
  boolean isEnoughToCount(long threads) {
    fewest = Math.min(fewest, threads);
    return threads - fewest > most - known;
  }

  /**
   * They were counted.
   *
   * @param threads of the host, before that
   * @param largest processes of the execution that has most of them
   */
  void counted(long threads, long largest) {
    fewest = threads;
    known = Math.min(largest, most);
  }
}
