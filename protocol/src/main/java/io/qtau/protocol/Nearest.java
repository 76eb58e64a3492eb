package io.qtau.protocol;

import java.util.Collection;
import java.util.Comparator;

/** The word that somebody probably meant. */
public final class Nearest {
  private Nearest() {}

  /** {@code "; did you mean 'exec'?"}, or all of them when none is near. */
  public static String hint(String word, Collection<String> known) {
    return known.stream()
        .min(Comparator.comparingInt((String k) -> distance(word, k)))
        .filter(k -> distance(word, k) <= Math.max(1, Math.min(word.length(), k.length()) / 2))
        .map(k -> "; did you mean '" + k + "'?")
        .orElse("; known are " + String.join(", ", known));
  }

  /** How many letters have to be put in, taken out or changed (Levenshtein). */
  private static int distance(String a, String b) {
    int[] row = new int[b.length() + 1];
    for (int j = 0; j <= b.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int change = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(change, Math.min(row[j], row[j - 1]) + 1);
      }
    }
    return row[b.length()];
  }
}
