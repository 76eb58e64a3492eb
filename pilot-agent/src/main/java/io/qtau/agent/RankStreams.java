package io.qtau.agent;

import io.qtau.protocol.MpiFacts;
import io.qtau.protocol.Output;
import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;

/**
 * One stream of a launcher, taken apart: what each rank wrote, all of it together, and what the
 * launcher has to say itself.
 */
final class RankStreams {
  /** More is no line. */
  private static final int LONGEST_LINE = 64 << 10;

  private static final int LAUNCHERS_WORDS = 2 << 10;

  private final RankLabels labels;
  private final RankReport report;
  private final int ranks;
  private final int bytesPerRank;
  private final CappedText merged =
      new CappedText(CapturedFile.HEAD_BYTES, CapturedFile.TAIL_BYTES);
  private final CappedText launcher = new CappedText(LAUNCHERS_WORDS, LAUNCHERS_WORDS);
  private final Map<Integer, CappedText> texts = new HashMap<>();
  private final Map<Integer, StringBuilder> unfinished = new HashMap<>();

  /**
   * @param bytesPerRank how much of each rank's is kept
   */
  RankStreams(RankLabels labels, RankReport report, int ranks, int bytesPerRank) {
    this.labels = labels;
    this.report = report;
    this.ranks = ranks;
    this.bytesPerRank = bytesPerRank;
  }

  /** Reads a file to its end. */
  void read(Path file) throws IOException {
    StringBuilder line = new StringBuilder();
    try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
      for (int one = in.read(); one >= 0; one = in.read()) {
        line.append((char) one); // Bytes, as characters of ISO 8859-1.
        if (one == '\n' || line.length() >= LONGEST_LINE) {
          line(line.toString());
          line.setLength(0);
        }
      }
    }
    if (line.length() > 0) {
      line(line.toString());
    }
    unfinished.forEach((rank, rest) -> whole(rank, rest.toString()));
    unfinished.clear();
  }

  private void line(String line) {
    Matcher label = labels.pattern().matcher(line);
    int from = 0;
    int rank = -1;
    while (label.find()) {
      part(rank, line.substring(from, label.start()));
      rank = Integer.parseInt(label.group(1));
      from = label.end();
    }
    part(rank, line.substring(from));
  }

  private void part(int rank, String text) {
    if (rank < 0 || rank >= ranks) {
      launcher.add(text);
      merged.add(text);
      return;
    }
    StringBuilder own = unfinished.computeIfAbsent(rank, r -> new StringBuilder());
    own.append(text);
    if (text.endsWith("\n") || own.length() >= LONGEST_LINE) {
      whole(rank, own.toString());
      own.setLength(0);
    }
  }

  private void whole(int rank, String line) {
    int sign = line.indexOf(RankCommand.SIGN);
    if (sign >= 0 && report.heard(rank, line.substring(sign + 1))) {
      write(rank, line.substring(0, sign));
    } else {
      write(rank, line);
    }
  }

  private void write(int rank, String text) {
    if (text.isEmpty()) {
      return;
    }
    texts
        .computeIfAbsent(rank, r -> new CappedText(bytesPerRank / 4, bytesPerRank * 3 / 4))
        .add(text);
    if (ranks > 1) {
      merged.add("[" + rank + "] ");
    }
    merged.add(text);
    if (ranks > 1 && !text.endsWith("\n")) {
      merged.add("\n");
    }
  }

  /**
   * All ranks' together, each line after its rank.
   *
   * @param file where all of it lies
   */
  Output merged(Path file) {
    return merged.output(file.toString());
  }

  Output of(int rank) {
    CappedText text = texts.get(rank);
    return text == null ? Output.NONE : text.output(null);
  }

  /** What it says itself, from its beginning and its end. */
  String launcher() {
    return launcher.output(null).text().strip();
  }

  /** What both streams have of a rank. */
  static MpiFacts.RankOutput of(int rank, RankStreams stdout, RankStreams stderr) {
    return new MpiFacts.RankOutput(rank, stdout.of(rank), stderr.of(rank));
  }
}
