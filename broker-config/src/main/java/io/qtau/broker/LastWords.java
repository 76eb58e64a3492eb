package io.qtau.broker;

import io.qtau.protocol.Output;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The end of a lost program's standard error: its agent cannot send it any more, but where the file
 * lies on this host, or on a file system that this host shares, the broker can read it.
 */
final class LastWords {
  private static final int MOST_BYTES = 2000;

  private LastWords() {}

  /** The last 2,000 bytes as text; null when there are none here. */
  static @Nullable String of(String file) {
    try {
      Path path = Path.of(file);
      // Agents name it: a link, a device or a pipe is none of theirs.
      if (!Files.isRegularFile(path, LinkOption.NOFOLLOW_LINKS)) {
        return null;
      }
      try (SeekableByteChannel channel = Files.newByteChannel(path)) {
        channel.position(Math.max(0, channel.size() - MOST_BYTES));
        ByteBuffer buffer = ByteBuffer.allocate(MOST_BYTES);
        while (buffer.hasRemaining() && channel.read(buffer) >= 0) {
          // Reads on until it has all that is there.
        }
        return buffer.position() == 0
            ? null
            : new String(buffer.array(), 0, buffer.position(), StandardCharsets.UTF_8);
      }
    } catch (IOException | InvalidPathException notHere) {
      return null;
    }
  }

  static Output output(@Nullable String text) {
    return text == null
        ? Output.NONE
        : new Output(text, text.getBytes(StandardCharsets.UTF_8).length, true, null);
  }
}
