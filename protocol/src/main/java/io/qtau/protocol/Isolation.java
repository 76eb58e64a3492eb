package io.qtau.protocol;

import java.util.Arrays;
import java.util.List;

/** What a Python task shares with other tasks. */
public enum Isolation {
  /** A worker that runs one task after the other: fastest; a worker that dies fails its task. */
  WARM("warm"),
  /** A process of its own, forked from one that has only imported. */
  FORK("fork"),
  /** An interpreter of its own, which has imported nothing. */
  FRESH("fresh");

  private final String word;

  Isolation(String word) {
    this.word = word;
  }

  /** As a task says it. */
  public String word() {
    return word;
  }

  static Isolation of(String word) {
    return Arrays.stream(values())
        .filter(one -> one.word.equals(word))
        .findFirst()
        .orElseThrow(
            () ->
                new InvalidField(
                    "python.isolation",
                    "'" + word + "' is not known" + Nearest.hint(word, words())));
  }

  private static List<String> words() {
    return Arrays.stream(values()).map(Isolation::word).toList();
  }
}
