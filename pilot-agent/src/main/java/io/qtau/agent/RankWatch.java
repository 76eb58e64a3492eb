package io.qtau.agent;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/**
 * Looks into what a launcher passes on, while it runs, for a rank that says that it has failed: see
 * {@link RankCommand}. Each look reads what is new.
 */
final class RankWatch {
  private static final int MOST_BYTES = 1 << 16;

  /** Nothing that is looked for is longer. */
  private static final int MOST_CHARS = 200;

  private final Path stderr;
  private final String ended;
  private final byte[] buffer = new byte[MOST_BYTES];
  private long read;
  private String rest = "";
  private boolean failed;

  /**
   * @param stderr where the launcher writes what ranks write to their standard error
   * @param nonce of the ranks' words
   */
  RankWatch(Path stderr, String nonce) {
    this.stderr = stderr;
    ended = RankCommand.SIGN + nonce + " ended ";
  }

  /** Whether one has failed by now. */
  boolean hasFailed() throws IOException {
    try (RandomAccessFile file = new RandomAccessFile(stderr.toFile(), "r")) {
      file.seek(read);
      for (int got = file.read(buffer); got > 0 && !failed; got = file.read(buffer)) {
        read += got;
        look(new String(buffer, 0, got, StandardCharsets.ISO_8859_1));
      }
    }
    return failed;
  }

  private void look(String news) {
    String text = rest + news;
    for (int at = text.indexOf(ended); at >= 0; at = text.indexOf(ended, at + 1)) {
      int end = text.indexOf('\n', at);
      if (end >= 0 && !text.substring(at, end).strip().endsWith(" 0")) {
        failed = true;
      }
    }
    int last = text.lastIndexOf('\n') + 1;
    rest = text.substring(Math.max(last, text.length() - MOST_CHARS));
  }
}
