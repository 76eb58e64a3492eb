package io.qtau.collector;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/** A file that grows at its end, and can be cut back to an earlier length. */
final class AppendFile implements Closeable {
  private final FileChannel channel;
  private long length;

  private AppendFile(FileChannel channel, long length) {
    this.channel = channel;
    this.length = length;
  }

  /** Opens or makes it, and cuts off what stands behind its first {@code length} bytes. */
  static AppendFile open(Path path, long length) throws IOException {
    FileChannel channel =
        FileChannel.open(path, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    try {
      AppendFile file = new AppendFile(channel, length);
      file.cutBackTo(length);
      return file;
    } catch (IOException | RuntimeException e) {
      channel.close();
      throw e;
    }
  }

  long length() {
    return length;
  }

  /** Gives all bytes to the operating system; when that fails, some of them may be in the file. */
  void append(byte[] bytes) throws IOException {
    ByteBuffer left = ByteBuffer.wrap(bytes);
    while (left.hasRemaining()) {
      channel.write(left);
    }
    length += bytes.length;
  }

  /** Returns when what was appended is on the disk. */
  void force() throws IOException {
    channel.force(false);
  }

  void cutBackTo(long earlier) throws IOException {
    channel.truncate(earlier);
    channel.position(earlier);
    length = earlier;
  }

  @Override
  public void close() throws IOException {
    channel.close();
  }
}
