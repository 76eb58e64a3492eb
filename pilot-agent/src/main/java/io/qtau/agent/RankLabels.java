package io.qtau.agent;

import java.util.regex.Pattern;

/**
 * How a launcher says whose output it passes on: by what it writes before each line, and before
 * what follows when a rank has written a part of a line only. Group 1 is the rank.
 */
enum RankLabels {
  OPEN_MPI(Pattern.compile("\\[\\d+,(\\d+)\\]<std(?:out|err|diag)>:")),
  MPICH(Pattern.compile("\\036rank (\\d+)\\036")),
  /** It writes whole lines only. */
  SRUN(Pattern.compile("\\A *(\\d+): "));

  /** What makes MPICH's launcher write the labels above. */
  static final String MPICH_PATTERN = "\036rank %r\036";

  private final Pattern pattern;

  RankLabels(Pattern pattern) {
    this.pattern = pattern;
  }

  Pattern pattern() {
    return pattern;
  }
}
