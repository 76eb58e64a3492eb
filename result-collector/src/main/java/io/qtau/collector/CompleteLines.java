package io.qtau.collector;

import java.io.ByteArrayOutputStream;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/** The lines of a file that end in a newline. What follows the last one was torn in mid-write. */
final class CompleteLines implements Closeable {
  private final InputStream in;
  private final byte[] chunk = new byte[1 << 16];
  private int at;
  private int filled;
  private long end;
  private long lines;

  CompleteLines(Path path) throws IOException {
    in = Files.newInputStream(path);
  }

  /** The next complete line without its newline; null when there is none. */
  byte @Nullable [] next() throws IOException {
    ByteArrayOutputStream line = new ByteArrayOutputStream(1024);
    while (fill()) {
      int newline = newline();
      line.write(chunk, at, newline - at);
      at = newline + 1;
      if (newline < filled) {
        lines++;
        end += line.size() + 1;
        return line.toByteArray();
      }
    }
    return null;
  }

  /** Whether there is more to read. */
  private boolean fill() throws IOException {
    if (at >= filled) {
      filled = in.read(chunk);
      at = 0;
    }
    return filled > 0;
  }

  /** Where the next newline is in the chunk; its end when there is none. */
  private int newline() {
    int i = at;
    while (i < filled && chunk[i] != '\n') {
      i++;
    }
    return i;
  }

  /** Where the last line that {@link #next} gave ends, its newline included. */
  long end() {
    return end;
  }

  /** The number of that line, from 1. */
  long number() {
    return lines;
  }

  @Override
  public void close() throws IOException {
    in.close();
  }
}
