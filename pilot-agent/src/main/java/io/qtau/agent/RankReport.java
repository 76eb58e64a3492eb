package io.qtau.agent;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** What the ranks have told of themselves: see {@link RankCommand}. */
final class RankReport {
  private static final int TERM = 128 + 15;
  private static final int KILL = 128 + 9;

  /** A rank that has ended. */
  record End(int rank, int code, double uptime) {}

  private final String nonce;
  private final Map<Integer, String> hosts = new TreeMap<>();
  private final Map<Integer, Double> begun = new TreeMap<>();
  private final List<End> ends = new ArrayList<>();

  RankReport(String nonce) {
    this.nonce = nonce;
  }

  /**
   * Notes it, if a rank of ours has said it; whether so.
   *
   * @param line what follows the sign
   */
  boolean heard(int rank, String line) {
    String[] words = line.strip().split(" ", -1);
    if (words.length != 4 || !words[0].equals(nonce)) {
      return false;
    }
    try {
      double uptime = Double.parseDouble(words[2]);
      if (words[1].equals("begun")) {
        begun.put(rank, uptime);
        hosts.put(rank, words[3]);
      } else {
        ends.add(new End(rank, Integer.parseInt(words[3]), uptime));
      }
      return true;
    } catch (NumberFormatException notOurs) {
      return false;
    }
  }

  @Nullable String host(int rank) {
    return hosts.get(rank);
  }

  /** When rank 0 began, by the clock of its node's uptime; null = it did not. */
  @Nullable Double begun() {
    return begun.get(0);
  }

  /** How many ranks began. */
  int count() {
    return begun.size();
  }

  /** When rank 0 ended; null = that is not known. */
  @Nullable Double ended() {
    return ends.stream().filter(end -> end.rank() == 0).map(End::uptime).findFirst().orElse(null);
  }

  /**
   * Those that failed by themselves, in the order in which that was heard: launchers end all others
   * with the first one.
   */
  List<End> failed() {
    List<End> failed = new ArrayList<>();
    for (End end : ends) {
      boolean ended = end.code() == TERM || end.code() == KILL;
      if (end.code() != 0 && (failed.isEmpty() || !ended)) {
        failed.add(end);
      }
    }
    return failed;
  }
}
