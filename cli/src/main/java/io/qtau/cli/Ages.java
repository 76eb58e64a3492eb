package io.qtau.cli;

import java.time.Duration;

/** How long something has lasted, as people say it. */
final class Ages {
  private Ages() {}

  /** {@code 12 s}, {@code 3 min}, {@code 5 h}, {@code 2 d}. */
  static String text(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + " s";
    }
    if (seconds < 7200) {
      return seconds / 60 + " min";
    }
    return seconds < 172_800 ? seconds / 3600 + " h" : seconds / 86_400 + " d";
  }
}
