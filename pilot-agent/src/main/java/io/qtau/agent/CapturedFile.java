package io.qtau.agent;

import io.qtau.protocol.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The file that a stream of a program went to. A result carries 8 KiB of its beginning and 24 KiB
 * of its end; when that is not all, the file stays and the result names it.
 */
final class CapturedFile {
  /** The name of the file of a standard error. */
  static final String STDERR = "stderr";

  static final int HEAD_BYTES = 8 << 10;
  static final int TAIL_BYTES = 24 << 10;

  private CapturedFile() {}

  /** Reads it, and removes it when the result has all of it. */
  static Output collect(Path file) throws IOException {
    long size = Files.size(file);
    if (size <= HEAD_BYTES + TAIL_BYTES) {
      String text = size == 0 ? "" : new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
      Files.delete(file);
      return size == 0 ? Output.NONE : new Output(text, size, false, null);
    }
    try (FileChannel channel = FileChannel.open(file)) {
      String text =
          read(channel, 0, HEAD_BYTES)
              + "\n... "
              + (size - HEAD_BYTES - TAIL_BYTES)
              + " bytes left out ...\n"
              + read(channel, size - TAIL_BYTES, TAIL_BYTES);
      return new Output(text, size, true, file.toString());
    }
  }

  private static String read(FileChannel channel, long from, int bytes) throws IOException {
    ByteBuffer buffer = ByteBuffer.allocate(bytes);
    while (buffer.hasRemaining() && channel.read(buffer, from + buffer.position()) > 0) {
      // Reads on until it has all that is there.
    }
    return new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
  }
}
